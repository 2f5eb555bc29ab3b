package dev.brain.bench.queue;

/** The tasks that each contender gets. They are as large as real ones. */
final class Work {
    static final String SITE = "bench";

    private Work() {}

    static String reference(int number) {
        return "2026/" + (100_000 + number) + "-MUL";
    }

    static String payload(int number) {
        return "{\"idRecurso\":" + number + ",\"idExp\":" + (500_000 + number) + ",\"expediente\":\""
                + reference(number) + "\",\"numclient\":4711,\"sujeto_recurso\":\"A SUBJECT OF USUAL LENGTH\","
                + "\"fase_procedimiento\":\"ALEGACIONES\",\"direct_url\":\"https://example.org/tramits/" + number
                + "\",\"source\":\"brain_orchestrator\",\"claimed_at\":\"2026-01-01T00:00:00Z\"}";
    }
}
