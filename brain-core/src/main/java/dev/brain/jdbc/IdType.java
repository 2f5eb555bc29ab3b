package dev.brain.jdbc;

import dev.brain.error.ConfigurationException;
import dev.brain.resource.ResourceId;
import java.math.BigDecimal;

/** The type of a table's id column. */
public enum IdType {
    INTEGER,
    DECIMAL,
    TEXT;

    /**
     * The id as the column compares it: a {@link Long}, a {@link BigDecimal} or a {@link String}.
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
            throw new ConfigurationException(
                    "the id '" + id
                            + "' is no number, but the profile says the id column is; set its \"idType\" to \"text\"",
                    e);
        }
    }
}
