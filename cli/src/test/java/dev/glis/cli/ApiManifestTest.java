package dev.glis.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ApiManifestTest {
    @TempDir Path folder;

    @Test
    void routesBecomeADocument() throws IOException {
        write(
                """
                apis:
                  hello:
                    stage: test
                    description: Says hello
                    addressRate: {perSecond: 1.5}
                    routes:
                      ANY /a/{b}: {function: f, timeoutMs: 100, validate: false}
                      $default: {mock: {status: 404, body: "no"}}
                """);
        ApiSpec spec = Manifest.apis(folder).getFirst();

        assertEquals("hello test", spec.name() + " " + spec.stage());
        assertEquals(
                """
                {"openapi":"3.0.3","info":{"title":"hello","version":"1","description":"Says hello"},\
                "x-glis-address-rate":{"perSecond":1.5},"paths":{"/a/{b}":{"x-glis-any":{"parameters":\
                [{"name":"b","in":"path","required":true,"schema":{"type":"string"}}],"responses":\
                {"default":{"description":"An answer"}},"x-glis-function":"f","x-glis-timeout-ms":100,\
                "x-glis-validate":false}}},"x-glis-default":{"responses":{"default":{"description":\
                "An answer"}},"x-glis-mock":{"status":404,"body":"no"}}}\
                """,
                new String(spec.document(), StandardCharsets.UTF_8));
        assertEquals(7, spec.lines().get("/paths/~1a~1{b}/x-glis-any/x-glis-timeout-ms"));
        assertTrue(Manifest.read(folder).isEmpty(), "no functions");
    }

    @Test
    void aDocumentStandsBesideIt() throws IOException {
        Files.writeString(folder.resolve("a.yaml"), "openapi: 3.0.3");
        write("apis: {a: {document: a.yaml}}");
        ApiSpec spec = Manifest.apis(folder).getFirst();
        assertEquals("openapi: 3.0.3", new String(spec.document(), StandardCharsets.UTF_8));
        assertEquals("$default", spec.stage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "apis: {a: {}}|needs 'document' or 'routes'",
                "apis: {a: {document: b.yaml}}|there is no file",
                "apis: {a: {document: b.yaml, routes: {}}}|unknown key 'routes'",
                "apis: {a: {routes: {/a: {}}}}|a route is METHOD /path",
                "apis: []|'apis' must be a mapping"
            })
    void mistakesAreNamed(String text, String expected) throws IOException {
        write(text);
        Failure failure = assertThrows(Failure.class, () -> Manifest.apis(folder));
        assertTrue(failure.text().contains(expected), failure.text());
    }

    private void write(String text) throws IOException {
        Files.writeString(folder.resolve(Manifest.FILE_NAME), text);
    }
}
