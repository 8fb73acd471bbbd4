package dev.glis.wire.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.engine.image.BuiltSource;
import dev.glis.engine.image.RegistrySource;
import dev.glis.functions.ImageUploads;
import dev.glis.functions.Images;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Container images: archives that are uploaded part by part, and pulls with credentials. Both
 * answer an address for CreateFunction.
 */
final class ImagePages {
    /** The one page that answers bytes. */
    static final String PART = "/_glis/images/{image}/parts/{part}";

    private static final int MOST_PORT = 65_535;
    private static final String ACTION = "glis:PutImage";

    private final Images images;
    private final ImageUploads uploads;
    private final Rights rights;

    ImagePages(Images images, ImageUploads uploads, Rights rights) {
        this.images = images;
        this.uploads = uploads;
        this.rights = rights;
    }

    List<Page> pages() {
        return List.of(
                new Page(
                        "GET",
                        PART,
                        200,
                        request -> {
                            throw new IllegalStateException("answered as a stream");
                        }),
                new Page("POST", "/_glis/images/pull", 200, this::pull),
                new Page("POST", "/_glis/images/uploads", 201, this::begin),
                new Page("PUT", "/_glis/images/uploads/{upload}", 200, this::append),
                new Page("POST", "/_glis/images/uploads/{upload}", 200, this::finish),
                new Page("POST", "/_glis/images/uploads/{upload}/build", 200, this::build),
                new Page("DELETE", "/_glis/images/uploads/{upload}", 200, this::cancel));
    }

    private JsonNode pull(AdminRequest request) {
        String account = account(request);
        ObjectNode body = request.body(Set.of("uri", "user", "password"));
        String user = body.path("user").asText("");
        String password = body.path("password").asText("");
        return shape(
                images.pull(
                        account,
                        AdminRequest.text(body, "uri"),
                        new RegistrySource.Credentials(user, password)));
    }

    private JsonNode begin(AdminRequest request) {
        return Json.object()
                .put("upload", uploads.begin(account(request)))
                .put("partBytes", Limits.IMAGE_UPLOAD_PART_BYTES.value());
    }

    private JsonNode append(AdminRequest request) {
        String account = account(request);
        byte[] part = request.http().body();
        if (part.length > Limits.IMAGE_UPLOAD_PART_BYTES.value()) {
            throw Fault.of(
                    Fault.Kind.TOO_LARGE,
                    "A part has "
                            + part.length
                            + " bytes, more than "
                            + Limits.IMAGE_UPLOAD_PART_BYTES.value());
        }
        long offset = offset(request);
        return Json.object()
                .put("bytes", uploads.append(account, request.variable("upload"), offset, part));
    }

    private static long offset(AdminRequest request) {
        String text = request.parameter("offset");
        if (text == null || !text.matches("[0-9]{1,18}")) {
            throw Fault.invalid("offset must be the number of bytes before this part");
        }
        return Long.parseLong(text);
    }

    private JsonNode finish(AdminRequest request) {
        String account = account(request);
        ObjectNode body = request.body(Set.of("name", "tag"));
        return shape(
                uploads.finish(
                        account,
                        request.variable("upload"),
                        AdminRequest.text(body, "name"),
                        body.path("tag").asText("")));
    }

    private JsonNode build(AdminRequest request) {
        String account = account(request);
        ObjectNode body =
                request.body(
                        Set.of(
                                "name",
                                "base",
                                "entryPoint",
                                "command",
                                "environment",
                                "workingFolder",
                                "port"));
        var instructions =
                new BuiltSource.Instructions(
                        texts(body, "entryPoint"),
                        texts(body, "command"),
                        texts(body, "environment"),
                        body.path("workingFolder").textValue(),
                        body.has("port")
                                ? (int) AdminRequest.number(body, "port", MOST_PORT)
                                : null);
        return shape(
                uploads.build(
                        account,
                        request.variable("upload"),
                        AdminRequest.text(body, "name"),
                        body.path("base").asText(""),
                        instructions));
    }

    private static List<String> texts(ObjectNode body, String name) {
        var texts = new ArrayList<String>();
        for (JsonNode each : body.path(name)) {
            if (!each.isTextual()) {
                throw Fault.invalid("'" + name + "' must be a list of texts");
            }
            texts.add(each.textValue());
        }
        return texts;
    }

    /** Answers with the bytes themselves. */
    void part(AdminRequest request) {
        var part =
                images.part(account(request), request.variable("image"), request.variable("part"));
        new BlobStream(part).sendTo(request.responder());
    }

    private JsonNode cancel(AdminRequest request) {
        uploads.cancel(account(request), request.variable("upload"));
        return Json.object();
    }

    private String account(AdminRequest request) {
        rights.require(request, ACTION, "*");
        return request.principal().accountId();
    }

    private static ObjectNode shape(Images.Image image) {
        return Json.object()
                .put("uri", image.resolvedUri())
                .put("sha256", image.code().sha256())
                .put("bytes", image.code().sizeBytes())
                .put("unpackedBytes", image.code().unpackedBytes())
                .put("port", image.says().port());
    }
}
