import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** The text of a file cannot be read as a definition; its message says why. */
export class Unreadable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Unreadable';
  }
}

/** What the API takes: a definition is smaller. */
const mostBytes = 4 * 1024 * 1024;

/** Reads a file's text: UTF-8 of at most 4 MiB. Refuses folders, devices, larger files and what is no text. */
export function readText(file: string): string {
  const open = openFile(file);
  try {
    if (!fstatSync(open).isFile()) throw new Unreadable('This is no file.');
    const buffer = Buffer.alloc(mostBytes + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.length; length += read)
      read = readSync(open, buffer, length, buffer.length - length, null);
    if (length > mostBytes)
      throw new Unreadable(`The file has more than ${mostBytes} bytes. A definition has at most 2 MB.`);
    return textOf(buffer.subarray(0, length));
  } finally {
    closeSync(open);
  }
}

function openFile(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Unreadable(code === 'ENOENT' ? 'There is no such file.' : `The file cannot be opened: ${code}.`);
  }
}

function textOf(bytes: Buffer): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // Said below.
  }
  throw new Unreadable('This is no text in UTF-8.');
}
