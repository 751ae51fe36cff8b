import fc from 'fast-check';

// That a mutant breaks a property is enough: which is its least example nobody reads.
fc.configureGlobal({ endOnFailure: true });
