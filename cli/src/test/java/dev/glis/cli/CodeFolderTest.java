package dev.glis.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CodeFolderTest {
    @TempDir Path folder;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void knowsNodeByItsIndex() throws IOException {
        // Given a folder with only an index.js
        write("index.js", "exports.handler = async () => 1");

        // When it is packed
        var code = pack();

        // Then it is Node.js with the usual handler
        assertEquals("nodejs index.handler", code.family() + " " + code.handler());
    }

    @Test
    void knowsPythonByItsFunction() throws IOException {
        // Given a module that defines handler
        write("app.py", "def handler(event, context):\n    return 1\n");

        // When it is packed
        var code = pack();

        // Then that is the handler
        assertEquals("python app.handler", code.family() + " " + code.handler());
    }

    @Test
    void knowsAProgramByItsName() throws IOException {
        // Given a bootstrap
        write("bootstrap", "#!/bin/sh\n");

        // When it is packed
        var code = pack();

        // Then it is run as it is
        assertEquals("provided bootstrap", code.family() + " " + code.handler());
    }

    @Test
    void knowsAModuleByItsEnding() throws IOException {
        // Given a WebAssembly module beside its source
        write("greet.wasm", "\0asm");
        write("greet.c", "int main() {}");

        // When it is packed
        var code = pack();

        // Then it goes alone, and names itself
        assertEquals("wasm greet.wasm", code.family() + " " + code.handler());
        assertEquals(List.of("greet.wasm"), entries(code));
    }

    @Test
    void compilesJavaAndFindsTheHandler() throws IOException {
        // Given a source with one of Lambda's interfaces
        write(
                "Hello.java",
                """
                package demo;
                import com.amazonaws.services.lambda.runtime.Context;
                import com.amazonaws.services.lambda.runtime.RequestHandler;
                public class Hello implements RequestHandler<String, String> {
                    public String handleRequest(String name, Context context) { return "Hello " + name; }
                }
                """);
        write("greeting.txt", "Hello");

        // When it is packed
        var code = pack();

        // Then the class is the handler, and compiled code is in the zip, the source is not
        assertEquals("java demo.Hello::handleRequest", code.family() + " " + code.handler());
        assertEquals(List.of("demo/Hello.class", "greeting.txt"), entries(code));
    }

    @Test
    void findsAPlainJavaMethod() throws IOException {
        // Given a class without any interface
        write("Plain.java", "public class Plain { public int handler(int n) { return n + 1; } }");

        // When it is packed
        var code = pack();

        // Then its method is the handler
        assertEquals("Plain::handler", code.handler());
    }

    @Test
    void showsTheCompilersErrors() throws IOException {
        // Given a source with a mistake
        write("Wrong.java", "public class Wrong { int x = nothing; }");

        // When it is packed
        var failure = assertThrows(Failure.class, this::pack);

        // Then the compiler's words were shown, and the command says what is wrong
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("cannot find symbol"));
        assertTrue(failure.text().contains("do not compile"), failure.text());
    }

    @Test
    void asksWhichOfSeveralHandlersIsMeant() throws IOException {
        // Given two classes that could be it
        write("A.java", "public class A { public int handler(int n) { return n; } }");
        write("B.java", "public class B { public int handler(int n) { return n; } }");

        // When they are packed
        var failure = assertThrows(Failure.class, this::pack);

        // Then both are named, and the flag to choose by
        assertTrue(failure.text().contains("A::handler, B::handler"), failure.text());
        assertTrue(failure.text().contains("--handler"), failure.text());
    }

    @Test
    void saysWhatItLookedFor() throws IOException {
        // Given a folder with nothing to run
        write("README.txt", "nothing");

        // When it is packed
        var failure = assertThrows(Failure.class, this::pack);

        // Then the message names what would do
        assertTrue(failure.text().contains("no index.js"), failure.text());
    }

    private Code pack() {
        var spec = FunctionSpec.of("f", folder, FunctionSpec.Access.PUBLIC);
        var terminal =
                new Terminal(
                        new ByteArrayInputStream(new byte[0]),
                        new PrintStream(
                                OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false,
                        false,
                        false);
        return new CodeFolder(spec, terminal).pack();
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private static List<String> entries(Code code) throws IOException {
        var names = new ArrayList<String>();
        try (InputStream bytes = new ByteArrayInputStream(code.zip());
                var zip = new ZipInputStream(bytes)) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        return names;
    }
}
