package dev.brain.launcher;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import picocli.CommandLine.Option;

/** The option {@code --json}. */
final class JsonOption {
    @Option(names = "--json", description = "Print one JSON object, and nothing else, on standard output.")
    private boolean json;

    boolean isSet() {
        return json;
    }

    static void print(PrintWriter out, ObjectNode object) {
        out.println((Object) object);
        out.flush();
    }
}
