package dev.brain.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.brain.json.JsonFile;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes and reads the JSON texts of the tables. They are compact, and whole numbers have no decimal point. */
public final class StoredJson {
    public static final JsonMapper MAPPER = JsonFile.MAPPER;

    private static final TypeReference<LinkedHashMap<String, @Nullable Object>> MAP = new TypeReference<>() {};

    private StoredJson() {}

    public static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    public static Map<String, @Nullable Object> readMap(String json) throws JsonProcessingException {
        return MAPPER.readValue(json, MAP);
    }

    /**
     * Returns the columns of a resource as JSON. A value without a JSON type becomes an object with the name of its
     * type and its text.
     */
    static String writeColumns(Map<String, @Nullable Object> columns) {
        Map<String, @Nullable Object> plain = columns;
        for (Object value : columns.values()) {
            if (plain == columns && tagged(value) != value) {
                plain = new LinkedHashMap<>(columns);
                plain.replaceAll((name, untagged) -> tagged(untagged));
            }
        }
        return write(plain);
    }

    static Map<String, @Nullable Object> readColumns(String json) throws JsonProcessingException {
        Map<String, @Nullable Object> columns = MAPPER.readValue(json, MAP);
        columns.replaceAll((name, value) -> value instanceof Map<?, ?> tagged ? untagged(tagged) : number(value));
        return columns;
    }

    /** Returns a value in a type of a resource's columns. */
    private static @Nullable Object number(@Nullable Object value) {
        if (value instanceof Integer integer) {
            return integer.longValue();
        }
        return value instanceof BigInteger beyond ? new BigDecimal(beyond) : value;
    }

    private static @Nullable Object tagged(@Nullable Object value) {
        if (value == null || value instanceof String || value instanceof Boolean || value instanceof Number) {
            return value;
        }
        if (value instanceof byte[] bytes) {
            return Map.of("bytes", Base64.getEncoder().encodeToString(bytes));
        }
        return Map.of(value.getClass().getSimpleName(), value.toString());
    }

    private static Object untagged(Map<?, ?> tagged) {
        Map.Entry<?, ?> entry = tagged.entrySet().iterator().next();
        String text = String.valueOf(entry.getValue());
        return switch (String.valueOf(entry.getKey())) {
            case "LocalDateTime" -> LocalDateTime.parse(text);
            case "LocalDate" -> LocalDate.parse(text);
            case "LocalTime" -> LocalTime.parse(text);
            case "OffsetDateTime" -> OffsetDateTime.parse(text);
            case "Instant" -> Instant.parse(text);
            case "bytes" -> Base64.getDecoder().decode(text);
            default -> text;
        };
    }
}
