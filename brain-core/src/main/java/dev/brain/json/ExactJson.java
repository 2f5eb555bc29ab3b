package dev.brain.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * Reads JSON without changing numbers: whole numbers of any size, decimals with trailing zeros, and {@code 1e400},
 * which a double cannot hold. Payloads and columns are always read with it.
 */
public final class ExactJson {
    /** Jackson writes decimals in plain notation up to a scale of 9,999; this limit accepts all of them. */
    private static final int LONGEST_NUMBER = 20_000;

    private ExactJson() {}

    /** Returns a builder of mappers that keep numbers exact. */
    public static JsonMapper.Builder builder() {
        StreamReadConstraints constraints =
                StreamReadConstraints.builder().maxNumberLength(LONGEST_NUMBER).build();
        return JsonMapper.builder(
                        JsonFactory.builder().streamReadConstraints(constraints).build())
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);
    }
}
