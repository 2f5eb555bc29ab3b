package dev.brain.bench.queue;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The tasks that each contender gets. They are as large as real ones: 0.8 kB. */
final class Work {
    static final String SITE = "bench";

    private static final String ATTACHMENTS = IntStream.rangeClosed(1, 4)
            .mapToObj(number -> "{\"id\":" + (900_000 + number) + ",\"filename\":\"attachment-" + number
                    + ".pdf\",\"url\":\"https://example.org/attachments/" + number + "\"}")
            .collect(Collectors.joining(",", "[", "]"));

    private Work() {}

    static String reference(int number) {
        return "2026/" + (100_000 + number) + "-MUL";
    }

    static String payload(int number) {
        return "{\"idRecurso\":" + number + ",\"idExp\":" + (500_000 + number) + ",\"expediente\":\""
                + reference(number) + "\",\"numclient\":4711,\"sujeto_recurso\":\"A SUBJECT OF USUAL LENGTH\","
                + "\"fase_procedimiento\":\"ALEGACIONES\",\"direct_url\":\"https://example.org/tramits/" + number
                + "\",\"attachments\":" + ATTACHMENTS
                + ",\"source\":\"brain_orchestrator\",\"claimed_at\":\"2026-01-01T00:00:00Z\"}";
    }
}
