import { Failure } from '../../engine/work.ts';

/** A repository's name as a part of an address. `.` and `..` would lead elsewhere on the host, where its token is shown too. */
export function repositoryPath(repository: string): string {
  const parts = repository.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..'))
    throw new Failure(
      'ConfigurationError',
      `FullRepositoryId must be owner/name, not ${JSON.stringify(repository.slice(0, 200))}.`,
    );
  return parts.map(encodeURIComponent).join('/');
}
