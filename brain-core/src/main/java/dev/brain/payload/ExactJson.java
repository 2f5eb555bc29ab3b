package dev.brain.payload;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * Reads JSON without changing a number: whole numbers of any size, decimals with their zeros at the end, and {@code
 * 1e400}, none of which a double holds. Whatever reads payloads and columns reads them with it.
 */
public final class ExactJson {
    /** Jackson writes a decimal out in full up to a scale of 9,999; this reads whatever comes of that. */
    private static final int LONGEST_NUMBER = 20_000;

    private ExactJson() {}

    /** A builder of mappers that read so. */
    public static JsonMapper.Builder builder() {
        StreamReadConstraints constraints =
                StreamReadConstraints.builder().maxNumberLength(LONGEST_NUMBER).build();
        return JsonMapper.builder(
                        JsonFactory.builder().streamReadConstraints(constraints).build())
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);
    }
}
