package dev.glis.engine.wasm;

/**
 * How one call of a program ended, and what it left.
 *
 * @param printed what stood on its standard output
 * @param wantedMoreMemory whether it was refused memory
 * @param peakBytes the most memory that it had
 */
record Ending(Program.Result result, byte[] printed, boolean wantedMoreMemory, long peakBytes) {}
