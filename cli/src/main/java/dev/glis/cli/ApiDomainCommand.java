package dev.glis.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Host names of one's own for APIs: {@code glis api domain ...}. */
final class ApiDomainCommand extends Command {
    private static final Usage.Flag STAGE =
            new Usage.Flag("--stage", "NAME", "that answers there (default: $default)");
    private static final Usage.Flag CERTIFICATE =
            new Usage.Flag(
                    "--certificate",
                    "FILE",
                    "PEM: the host's certificate, then those that signed it");
    private static final Usage.Flag KEY =
            new Usage.Flag("--key", "FILE", "PEM: its private key, PKCS #8, no password");
    private static final Usage.Flag ACME =
            new Usage.Flag("--acme", "", "have the server obtain a certificate, and renew it");
    private static final Usage.Flag HTTPS_ONLY =
            new Usage.Flag("--https-only", "", "send requests that come by HTTP to HTTPS");
    private static final Usage.Flag NO_HTTPS_ONLY =
            new Usage.Flag("--no-https-only", "", "answer requests that come by HTTP");
    private static final Usage USAGE =
            new Usage(
                    "api domain",
                    "add API HOST | list [API] | show HOST | renew HOST | rm HOST",
                    1,
                    3,
                    "Gives an API a host name of your own, which must lead to this server. What is"
                            + " added again is changed: the API, the stage, or the certificate,"
                            + " which new connections get at once.",
                    STAGE,
                    CERTIFICATE,
                    KEY,
                    ACME,
                    HTTPS_ONLY,
                    NO_HTTPS_ONLY,
                    Usage.JSON);

    ApiDomainCommand(Context context) {
        super(context);
    }

    @Override
    Usage usage() {
        return USAGE;
    }

    @Override
    int run(Arguments arguments) {
        String verb = arguments.required(0);
        switch (verb) {
            case "add" -> add(counted(arguments, 3, 3));
            case "list" -> list(counted(arguments, 1, 2));
            case "show" -> show(counted(arguments, 2, 2));
            case "renew" -> renew(counted(arguments, 2, 2));
            case "rm", "remove" -> remove(counted(arguments, 2, 2));
            default ->
                    throw Failure.usage(
                            "'glis api domain' needs one of: add, list, show, renew, rm. 'glis api"
                                    + " domain --help' explains them");
        }
        return 0;
    }

    private static Arguments counted(Arguments arguments, int least, int most) {
        int count = arguments.operands().size();
        if (count < least || count > most) {
            throw Failure.usage("Say: glis api domain " + USAGE.operands());
        }
        return arguments;
    }

    private void add(Arguments arguments) {
        ObjectNode body = Json.object();
        ApiCommands.put(body, "stage", arguments.value(STAGE));
        putCertificate(body, arguments);
        putHttpsOnly(body, arguments);
        String api = Signer.encode(arguments.required(1));
        String host = Signer.encode(arguments.required(2));
        JsonNode domain = call(arguments, "PUT", "/_glis/apis/" + api + "/domains/" + host, body);
        if (printedJson(arguments, domain)) {
            return;
        }
        terminal().print(domain.path("address").asText());
        terminal().remark(remark(domain));
    }

    private static void putCertificate(ObjectNode body, Arguments arguments) {
        String certificate = arguments.value(CERTIFICATE);
        String key = arguments.value(KEY);
        if ((certificate == null) != (key == null)) {
            throw Failure.usage("--certificate and --key belong together");
        }
        if (certificate != null && arguments.has(ACME)) {
            throw Failure.usage("a certificate is either given, or obtained by --acme");
        }
        if (certificate != null && key != null) {
            body.put("certificates", text(certificate)).put("privateKey", text(key));
        }
        if (arguments.has(ACME)) {
            body.put("acme", true);
        }
    }

    private static void putHttpsOnly(ObjectNode body, Arguments arguments) {
        if (arguments.has(HTTPS_ONLY) && arguments.has(NO_HTTPS_ONLY)) {
            throw Failure.usage("--https-only and --no-https-only exclude each other");
        }
        if (arguments.has(HTTPS_ONLY) || arguments.has(NO_HTTPS_ONLY)) {
            body.put("httpsOnly", arguments.has(HTTPS_ONLY));
        }
    }

    private static String text(String file) {
        try {
            return Files.readString(Path.of(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new Failure(file + " cannot be read: " + e.getMessage());
        }
    }

    private static String remark(JsonNode domain) {
        String host = domain.path("host").asText();
        if (domain.hasNonNull("acme") && !domain.hasNonNull("certificate")) {
            return "A certificate is being obtained: glis api domain show " + host;
        }
        return "Added " + host;
    }

    private void list(Arguments arguments) {
        String api = arguments.operand(1);
        String path =
                api == null ? "/_glis/domains" : "/_glis/apis/" + Signer.encode(api) + "/domains";
        JsonNode domains = call(arguments, "GET", path, null).path("domains");
        if (printedJson(arguments, domains)) {
            return;
        }
        var table = new Table("HOST", "API", "STAGE", "CERTIFICATE UNTIL", "ACME");
        for (JsonNode domain : domains) {
            table.row(
                    domain.path("host").asText(),
                    domain.path("apiId").asText(),
                    domain.path("stage").asText(),
                    domain.path("certificate").path("until").asText("none"),
                    domain.path("acme").path("progress").asText(""));
        }
        table.print(terminal());
    }

    private void show(Arguments arguments) {
        JsonNode domain = call(arguments, "GET", path(arguments), null);
        if (printedJson(arguments, domain)) {
            return;
        }
        for (String line : lines(domain)) {
            terminal().print(line);
        }
    }

    private static List<String> lines(JsonNode domain) {
        var lines = new ArrayList<String>();
        lines.add("address      " + domain.path("address").asText());
        lines.add("API          " + domain.path("apiId").asText());
        lines.add("stage        " + domain.path("stage").asText());
        lines.add("HTTPS only   " + (domain.path("httpsOnly").asBoolean() ? "yes" : "no"));
        JsonNode certificate = domain.path("certificate");
        lines.add("certificate  " + (certificate.isMissingNode() ? "none" : text(certificate)));
        JsonNode acme = domain.path("acme");
        if (!acme.isMissingNode()) {
            lines.add("ACME         " + acme.path("progress").asText());
            lines.add("next         " + acme.path("nextAttempt").asText());
        }
        String error = acme.path("lastError").asText("");
        if (!error.isEmpty()) {
            lines.add("last error   " + error);
        }
        return lines;
    }

    private static String text(JsonNode certificate) {
        return "until "
                + certificate.path("until").asText()
                + ", by "
                + certificate.path("issuer").asText()
                + ", serial "
                + certificate.path("serial").asText();
    }

    private void renew(Arguments arguments) {
        JsonNode domain = call(arguments, "POST", path(arguments) + "/renewal", null);
        if (!printedJson(arguments, domain)) {
            terminal()
                    .remark(
                            "A certificate is being obtained: glis api domain show "
                                    + domain.path("host").asText());
        }
    }

    private void remove(Arguments arguments) {
        call(arguments, "DELETE", path(arguments), null);
        terminal().remark("Removed " + arguments.required(1));
    }

    private static String path(Arguments arguments) {
        return "/_glis/domains/" + Signer.encode(arguments.required(1));
    }
}
