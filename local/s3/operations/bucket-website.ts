import { changeSettings, loadBucket, type Website } from '../buckets.ts';
import { invalidArgument, notThere, S3Error } from '../errors.ts';
import { emptyResponse, type Operation, xmlResponse } from '../operation.ts';
import { readDocument } from '../request.ts';
import { type Element, element, find, leaf, malformed, textOf, xmlDocument } from '../xml.ts';

/** GetBucketWebsite. */
export const getBucketWebsite: Operation = (s3, { bucket }) => {
  const { website } = loadBucket(s3, bucket).settings;
  if (!website) {
    const message = 'The specified bucket does not have a website configuration';
    throw new S3Error('NoSuchWebsiteConfiguration', message, 404, { BucketName: bucket });
  }
  return xmlResponse(xmlDocument('WebsiteConfiguration', writeWebsite(website)));
};

/** PutBucketWebsite: index and error document, or one redirect for all; routing rules are refused. */
export const putBucketWebsite: Operation = async (s3, request) => {
  const website = readWebsite(await readDocument(request));
  changeSettings(s3, request.bucket, { website });
  return emptyResponse();
};

/** DeleteBucketWebsite. */
export const deleteBucketWebsite: Operation = (s3, { bucket }) => {
  changeSettings(s3, bucket, { website: undefined });
  return emptyResponse(204);
};

/** Refuses what S3 refuses of a website's configuration. */
export function checkWebsite(website: Website): Website {
  if ('redirectTo' in website) {
    const { host, protocol } = website.redirectTo;
    if (!/^[\w.:-]+(?:\/[\w./-]*)?$/.test(host)) throw invalidArgument('HostName', host, 'The host name is not valid.');
    if (protocol !== undefined && protocol !== 'http' && protocol !== 'https') {
      throw invalidArgument('Protocol', protocol, 'Invalid protocol, protocol can be http or https.');
    }
  } else if (website.index === '' || website.index.includes('/')) {
    throw invalidArgument('IndexDocument', website.index, 'The IndexDocument Suffix is not well formed');
  }
  return website;
}

function writeWebsite(website: Website): string {
  if ('redirectTo' in website) {
    const { host, protocol } = website.redirectTo;
    return element('RedirectAllRequestsTo', leaf('HostName', host), leaf('Protocol', protocol));
  }
  const index = element('IndexDocument', leaf('Suffix', website.index));
  return website.error === undefined ? index : index + element('ErrorDocument', leaf('Key', website.error));
}

function readWebsite(document: Element | undefined): Website {
  if (document?.name !== 'WebsiteConfiguration') throw malformed();
  if (find(document, 'RoutingRules')) throw notThere('website routing rules');
  const host = textOf(document, 'RedirectAllRequestsTo', 'HostName');
  if (host !== undefined) {
    const protocol = textOf(document, 'RedirectAllRequestsTo', 'Protocol');
    return checkWebsite({ redirectTo: { host, ...(protocol === undefined ? {} : { protocol }) } });
  }
  const index = textOf(document, 'IndexDocument', 'Suffix');
  if (index === undefined)
    throw invalidArgument(
      'IndexDocument',
      'null',
      'A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty',
    );
  const error = textOf(document, 'ErrorDocument', 'Key');
  return checkWebsite({ index, ...(error === undefined ? {} : { error }) });
}
