package dev.brain.launcher;

import dev.brain.config.Environment;
import dev.brain.internal.text.Spelling;
import java.util.List;
import org.slf4j.LoggerFactory;

/** The environment variables that Brain reads. */
final class Variables {
    private static final String OURS = "BRAIN_";

    /** What {@code bin/test} sets for the tests. */
    private static final String OF_TESTS = "BRAIN_TEST_";

    static final List<String> KNOWN = List.of(
            "BRAIN_HOME",
            "BRAIN_FILE_ACCESS",
            "BRAIN_SYNC_INTERVAL",
            "BRAIN_MAX_CLAIMS",
            "BRAIN_ENABLED_SITES",
            "BRAIN_QUEUE_URL",
            "BRAIN_QUEUE_USER",
            "BRAIN_QUEUE_PASSWORD",
            "BRAIN_QUEUE_NOTIFY",
            "BRAIN_NOTIFY_URL",
            "BRAIN_NOTIFY_SECRET",
            "BRAIN_EVIDENCE_DAYS",
            "BRAIN_BROWSER",
            "BOT_USERNAME",
            "SQLITE_DB_PATH",
            "BRAIN_SOURCE_URL",
            "BRAIN_SOURCE_USER",
            "BRAIN_SOURCE_PASSWORD",
            "SQLSERVER_CONNECTION_STRING",
            "SQLSERVER_SERVER",
            "SQLSERVER_DATABASE",
            "SQLSERVER_USERNAME",
            "SQLSERVER_PASSWORD",
            "SQLSERVER_TRUSTED_CONNECTION",
            "SQLSERVER_DRIVER",
            "SQLSERVER_ENCRYPT",
            "SQLSERVER_TRUST_SERVER_CERTIFICATE",
            "SQLSERVER_CA_FILE",
            "SQLSERVER_LIST_HINTS",
            "SQLSERVER_CLAIM_HINTS",
            "XVIA_EMAIL",
            "XVIA_PASSWORD");

    private Variables() {}

    /** Returns a message for each variable that is named like Brain's own, and is none of them. */
    static List<String> unknown(Environment environment) {
        List<String> own = KNOWN.stream().filter(name -> name.startsWith(OURS)).toList();
        return environment.names().stream()
                .filter(name -> name.startsWith(OURS) && !name.startsWith(OF_TESTS) && !own.contains(name))
                .sorted()
                .map(name -> "there is no variable " + name + ", so it has no effect"
                        + Spelling.nearest(name, own)
                                .map(meant -> "; did you mean " + meant + "?")
                                .orElse("; take it out"))
                .toList();
    }

    /** Logs all unknown variables in one line. */
    static void warn(Environment environment) {
        List<String> unknown = unknown(environment);
        if (!unknown.isEmpty()) {
            LoggerFactory.getLogger(Variables.class).warn("{}", String.join("; ", unknown));
        }
    }
}
