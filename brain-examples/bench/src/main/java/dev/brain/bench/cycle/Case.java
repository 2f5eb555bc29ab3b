package dev.brain.bench.cycle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;

/** A candidate with the documents of its task. */
record Case(long id, String reference, String payload, String columns) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

    static String time(Instant time) {
        return TIME.format(time);
    }

    static Case of(ResultSet row) throws SQLException {
        ObjectNode payload = JsonNodeFactory.instance
                .objectNode()
                .put("id", row.getLong(1))
                .put("reference", row.getString(3))
                .put("client", row.getLong(7))
                .put("subject", row.getString(8))
                .put("phase", row.getString(9));
        ObjectNode columns = JsonNodeFactory.instance
                .objectNode()
                .put("id", row.getLong(1))
                .put("file", row.getLong(2))
                .put("reference", row.getString(3))
                .put("body", row.getString(4))
                .put("kind", row.getLong(5))
                .put("state", row.getLong(6))
                .put("client", row.getLong(7))
                .put("subject", row.getString(8))
                .put("phase", row.getString(9));
        return new Case(row.getLong(1), row.getString(3), payload.toString(), columns.toString());
    }

    static Case of(Map<?, ?> row) {
        List<String> kept = List.of("id", "reference", "client", "subject", "phase");
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        ObjectNode columns = JsonNodeFactory.instance.objectNode();
        row.forEach((column, value) -> {
            String name = String.valueOf(column);
            JsonNode json = value instanceof Number number
                    ? JsonNodeFactory.instance.numberNode(number.longValue())
                    : JsonNodeFactory.instance.textNode(String.valueOf(value));
            columns.set(name, json);
            if (kept.contains(name)) {
                payload.set(name, json);
            }
        });
        return new Case(
                columns.get("id").longValue(),
                columns.get("reference").textValue(),
                payload.toString(),
                columns.toString());
    }

    /** Returns cases as a JSON list of lists, one for each task. */
    static String rows(List<Case> cases) {
        Instant now = Instant.now();
        ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        for (Case each : cases) {
            rows.addArray()
                    .add(CaseFile.SITE_ID)
                    .add(each.payload())
                    .add(time(now))
                    .add(String.valueOf(each.id()))
                    .add(each.reference())
                    .add(each.columns())
                    .add(now.toEpochMilli());
        }
        return rows.toString();
    }
}
