//! Tests of the instruction tables from outside: against the specification's
//! words, against a hand table of registers, and against objdump.

mod encodings;
mod objdump;
mod registers;
mod sweeps;
mod table;
