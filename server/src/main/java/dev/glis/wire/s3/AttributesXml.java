package dev.glis.wire.s3;

import dev.glis.objects.Checksum;
import dev.glis.objects.ObjectInfo;
import dev.glis.objects.Part;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** GetObjectAttributes' answer. */
final class AttributesXml {
    private static final int MOST_PARTS = 1_000;

    private AttributesXml() {}

    static XmlText of(S3Call call, ObjectInfo object, List<Part> parts, List<String> wanted) {
        XmlText xml = XmlText.of("GetObjectAttributesResponse");
        for (String name : wanted) {
            switch (name) {
                case "ETag" -> xml.text("ETag", object.etag());
                case "Checksum" -> checksum(xml, object.checksum());
                case "ObjectParts" -> parts(xml, call, parts);
                case "StorageClass" -> xml.text("StorageClass", ObjectInfo.STORAGE_CLASS);
                case "ObjectSize" -> xml.number("ObjectSize", object.sizeBytes());
                default ->
                        throw S3Refusal.invalidArgument(
                                "Invalid attribute name specified.",
                                "x-amz-object-attributes",
                                name);
            }
        }
        return xml;
    }

    private static void checksum(XmlText xml, @Nullable Checksum found) {
        if (found != null) {
            xml.begin("Checksum");
            ObjectOperations.checksum(xml, found);
            xml.end();
        }
    }

    private static void parts(XmlText xml, S3Call call, List<Part> parts) {
        if (parts.isEmpty()) {
            return;
        }
        int after = headerNumber(call, "x-amz-part-number-marker", 0);
        int most = Math.min(MOST_PARTS, headerNumber(call, "x-amz-max-parts", MOST_PARTS));
        List<Part> behind = parts.stream().filter(part -> part.number() > after).toList();
        List<Part> page = behind.subList(0, Math.min(most, behind.size()));
        xml.begin("ObjectParts")
                .number("PartsCount", parts.size())
                .number("PartNumberMarker", after)
                .number("NextPartNumberMarker", page.isEmpty() ? after : page.getLast().number())
                .number("MaxParts", most)
                .bool("IsTruncated", behind.size() > most);
        for (Part part : page) {
            xml.begin("Part").number("PartNumber", part.number()).number("Size", part.sizeBytes());
            UploadOperations.partChecksum(xml, part.checksum());
            xml.end();
        }
        xml.end();
    }

    private static int headerNumber(S3Call call, String name, int otherwise) {
        String value = call.header(name);
        try {
            return value == null ? otherwise : Math.max(0, Integer.parseInt(value));
        } catch (NumberFormatException e) {
            throw S3Refusal.invalidArgument("It is not a number", name, value);
        }
    }
}
