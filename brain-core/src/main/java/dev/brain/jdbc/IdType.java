package dev.brain.jdbc;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.brain.error.ConfigurationException;
import dev.brain.resource.ResourceId;
import java.math.BigDecimal;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The type of a table's id column. */
public enum IdType {
    INTEGER,
    DECIMAL,
    TEXT;

    /** The limit of digits before or after the point; longer numbers would only take memory. */
    private static final int MOST_DIGITS = 400;

    private static final int MOST_SHOWN = 80;

    /**
     * Returns an id as the column compares it: a {@link Long}, a {@link BigDecimal} or a {@link String}.
     *
     * @throws ConfigurationException if the id can't be one of this type
     */
    public Object toColumn(ResourceId id) {
        try {
            return switch (this) {
                case INTEGER -> Long.valueOf(id.value());
                case DECIMAL -> new BigDecimal(id.value());
                case TEXT -> id.value();
            };
        } catch (NumberFormatException e) {
            throw wrong(shown(id.value()), e);
        }
    }

    /**
     * Returns ids as a JSON list of texts, for a database that casts each to the column's type.
     *
     * @throws ConfigurationException if an id can't be one of this type
     */
    public String toJson(List<ResourceId> ids) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (ResourceId id : ids) {
            toColumn(id);
            array.add(id.value());
        }
        return array.toString();
    }

    /**
     * Converts a value of such a column to an id.
     *
     * @param value the value as it was read
     * @throws ConfigurationException if the value is not an id of this type, so that its row could not be found by it
     */
    ResourceId idOf(Object value) {
        ResourceId id = referredTo(value);
        if (value instanceof String text && !id.value().equals(text)) {
            throw wrong(shown(value), null);
        }
        return id;
    }

    /**
     * Returns the id that a value of any type refers to, in the spelling of a column of this type: a text {@code 007}
     * refers to a number 7.
     *
     * @throws ConfigurationException if it can't refer to an id of this type
     */
    ResourceId referredTo(Object value) {
        if (value instanceof Long) {
            return ResourceId.of(value);
        }
        if (value instanceof byte[]) {
            throw new ConfigurationException("the id is bytes (" + shown(value)
                    + "), and only numbers and texts can be ids: name another column, or read the table through a view"
                    + " that turns them into text");
        }
        if (value.toString().isBlank()) {
            throw new ConfigurationException("the id is blank: give the row an id");
        }
        boolean isNumberAsText = this != TEXT && value instanceof String;
        Object column = toColumn(ResourceId.of(isNumberAsText ? value.toString().strip() : value));
        if (column instanceof BigDecimal decimal && Math.abs((long) decimal.scale()) > MOST_DIGITS) {
            throw wrong(shown(value), null);
        }
        return ResourceId.of(column);
    }

    /** Returns a value in a form that a person recognises; never blank. */
    static String shown(Object value) {
        String text = value.toString();
        if (value instanceof byte[] bytes) {
            text = "0x" + HexFormat.of().formatHex(bytes);
        } else if (value instanceof String) {
            text = "'" + value + "'";
        }
        return text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + "…" : text;
    }

    private ConfigurationException wrong(String shown, @Nullable Throwable cause) {
        return new ConfigurationException(
                "the id " + shown + " is not a " + (this == INTEGER ? "whole number of 64 bits" : "number")
                        + " in its usual spelling, but the profile says that the column holds such ids: correct the row, or"
                        + " set \"idType\" to \"text\" if the column is a text",
                cause);
    }
}
