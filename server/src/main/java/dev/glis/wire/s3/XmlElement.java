package dev.glis.wire.s3;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * An element that a client sent, with what is in it. Reading knows no DTD and no entities but the
 * five, and no depth beyond a few elements: how much there is the body's size bounds.
 */
record XmlElement(String name, String text, List<XmlElement> children) {
    private static final int DEEPEST = 12;

    /** Reads a document whose root has this name. */
    static XmlElement parse(byte[] document, String root) {
        try {
            XMLStreamReader reader =
                    factory().createXMLStreamReader(new ByteArrayInputStream(document));
            while (reader.next() != XMLStreamConstants.START_ELEMENT) {
                if (reader.getEventType() == XMLStreamConstants.DTD) {
                    throw S3Refusal.malformedXml("it has a DTD");
                }
            }
            XmlElement element = read(reader, 0);
            while (reader.hasNext()) {
                reader.next();
            }
            if (!element.name.equals(root)) {
                throw S3Refusal.malformedXml("it is " + element.name + ", not " + root);
            }
            return element;
        } catch (XMLStreamException e) {
            throw S3Refusal.malformedXml("it is no XML");
        }
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        return factory;
    }

    private static XmlElement read(XMLStreamReader reader, int depth) throws XMLStreamException {
        if (depth > DEEPEST) {
            throw S3Refusal.malformedXml("its elements are nested too deeply");
        }
        String name = reader.getLocalName();
        var text = new StringBuilder();
        var children = new ArrayList<XmlElement>();
        for (int event = reader.next();
                event != XMLStreamConstants.END_ELEMENT;
                event = reader.next()) {
            if (event == XMLStreamConstants.START_ELEMENT) {
                children.add(read(reader, depth + 1));
            } else if (event == XMLStreamConstants.CHARACTERS
                    || event == XMLStreamConstants.CDATA) {
                text.append(reader.getText());
            } else if (event == XMLStreamConstants.ENTITY_REFERENCE) {
                throw S3Refusal.malformedXml("it has an entity");
            }
        }
        return new XmlElement(name, text.toString(), children);
    }

    List<XmlElement> all(String childName) {
        return children.stream().filter(child -> child.name.equals(childName)).toList();
    }

    @Nullable XmlElement child(String childName) {
        for (XmlElement child : children) {
            if (child.name.equals(childName)) {
                return child;
            }
        }
        return null;
    }

    /** The text of a child, or null. */
    @Nullable String optional(String childName) {
        XmlElement child = child(childName);
        return child == null ? null : child.text;
    }

    /** The text of a child that must be there. */
    String required(String childName) {
        String found = optional(childName);
        if (found == null) {
            throw S3Refusal.malformedXml(name + " has no " + childName);
        }
        return found;
    }
}
