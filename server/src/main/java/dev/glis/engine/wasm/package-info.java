/** Functions that are WebAssembly modules, run inside the server as JVM bytecode. */
@NullMarked
package dev.glis.engine.wasm;

import org.jspecify.annotations.NullMarked;
