package dev.glis.engine.wasm;

import java.io.IOException;
import java.nio.file.Path;

/** Functions that run in the server itself. */
final class WasmFunctionsTest extends WasmFunctionsContract {
    @Override
    WasmFixture fixture(Path folder) throws IOException {
        return WasmFixture.inServer(folder);
    }
}
