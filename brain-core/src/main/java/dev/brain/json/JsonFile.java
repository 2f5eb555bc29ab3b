package dev.brain.json;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.brain.error.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A JSON file that people write. It must be UTF-8; a byte order mark is ignored.
 *
 * @param origin its path or address, which every error message begins with
 * @param text its text
 */
public record JsonFile(String origin, String text) {
    /** Reads strictly: numbers keep their digits, a duplicate key or text after the end is an error. */
    public static final JsonMapper MAPPER = ExactJson.builder()
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    public JsonFile {
        requireNonNull(origin, "origin");
        text = text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    /**
     * Reads a file.
     *
     * @throws ConfigurationException if it is missing, cannot be read, or is not UTF-8
     */
    public static JsonFile read(Path file) {
        return read(file.toString(), () -> Files.readAllBytes(file));
    }

    /**
     * Reads a resource of the class path or of a plug-in.
     *
     * @throws ConfigurationException if it cannot be read, or is not UTF-8
     */
    public static JsonFile read(URL resource) {
        return read(resource.toString(), () -> {
            try (InputStream in = resource.openStream()) {
                return in.readAllBytes();
            }
        });
    }

    @FunctionalInterface
    private interface Bytes {
        byte[] read() throws IOException;
    }

    private static JsonFile read(String origin, Bytes bytes) {
        try {
            return new JsonFile(
                    origin,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes.read()))
                            .toString());
        } catch (CharacterCodingException e) {
            throw new ConfigurationException(origin + " is not UTF-8 text; save it as UTF-8", e);
        } catch (NoSuchFileException e) {
            throw new ConfigurationException("there is no file " + origin + "; correct the name", e);
        } catch (IOException e) {
            throw new ConfigurationException(
                    "cannot read " + origin + " (" + e.getMessage() + "); name a readable file", e);
        }
    }

    /**
     * Parses the text.
     *
     * @throws ConfigurationException if it is broken JSON; names the line and the column
     */
    public JsonNode parse() {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            String place = at == null ? "" : ": line " + at.getLineNr() + ", column " + at.getColumnNr();
            throw new ConfigurationException(
                    origin + place + ": broken JSON: "
                            + e.getOriginalMessage().lines().findFirst().orElse(""),
                    e);
        }
    }

    /** Describes a value's kind in an error message, such as "a list" or "the number 5". */
    public static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "a list";
            case OBJECT -> "an object";
            case STRING -> "a text";
            case NUMBER -> "the number " + node;
            case BOOLEAN -> node.toString();
            case MISSING -> "nothing";
            default -> "null";
        };
    }
}
