import type { Operation } from '../operation.ts';
import { generatePassword } from '../password.ts';

/** GetRandomPassword: makes a password up and keeps nothing. */
export const getRandomPassword: Operation = (input) => ({ RandomPassword: generatePassword(input) });
