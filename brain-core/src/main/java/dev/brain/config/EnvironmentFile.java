package dev.brain.config;

import dev.brain.error.ConfigurationException;
import dev.brain.internal.ReachableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Reads a {@code .env} file. No message contains a value. */
final class EnvironmentFile {
    private static final Pattern COMMENT = Pattern.compile("\\s#.*");

    private EnvironmentFile() {}

    /**
     * Returns the variables of a file; none if there is no such file.
     *
     * @param problems receives what can't be read; such a line or file is skipped
     */
    static Map<String, String> read(Path file, Consumer<ConfigurationException> problems) {
        List<String> lines;
        try {
            lines = lines(file, problems);
        } catch (ConfigurationException e) {
            problems.accept(e);
            return Map.of();
        }
        Map<String, String> values = new HashMap<>();
        for (int number = 1; number <= lines.size(); number++) {
            try {
                put(lines.get(number - 1), number, file + ", line " + number, values);
            } catch (ConfigurationException e) {
                problems.accept(e);
            }
        }
        return values;
    }

    private static void put(String text, int number, String where, Map<String, String> values) {
        String line = text.strip();
        if (number == 1 && line.startsWith("\uFEFF")) {
            line = line.substring(1).strip();
        }
        if (line.indexOf('\0') >= 0) {
            throw new ConfigurationException(
                    where + " has a NUL byte, which no variable can hold: take it out, or save the file as UTF-8 text");
        }
        if (line.isEmpty() || line.startsWith("#")) {
            return;
        }
        String assignment = line.matches("export\\s.*") ? line.substring(7).strip() : line;
        int equals = assignment.indexOf('=');
        String name = equals < 0 ? "" : assignment.substring(0, equals).strip();
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            // the line may contain a secret, so the message names only its position
            throw new ConfigurationException(where + " is not NAME=VALUE; correct it or put a # before it");
        }
        values.put(name, value(assignment.substring(equals + 1), where + " (" + name + ")"));
    }

    private static List<String> lines(Path file, Consumer<ConfigurationException> problems) {
        if (!ReachableFiles.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        // a pipe would block every command, and a folder or a broken link has no readable settings
        if (!Files.isRegularFile(file)) {
            String kind = Files.isDirectory(file)
                    ? "a folder"
                    : Files.exists(file) ? "a pipe or a device" : "a link to a file that is missing or out of reach";
            throw new ConfigurationException(file + " is " + kind + ", not a file with settings; remove or replace it");
        }
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (AccessDeniedException e) {
            throw new ConfigurationException("cannot read " + file + "; let this user read it, or remove it", e);
        } catch (IOException e) {
            throw new ConfigurationException("cannot read " + file + " (" + e.getMessage() + "); check its disk", e);
        }
        lineThatIsNotUtf8(bytes)
                .ifPresent(number -> problems.accept(new ConfigurationException(
                        file + ", line " + number + " is not UTF-8; save the file as UTF-8 text")));
        return new String(bytes, StandardCharsets.UTF_8).lines().toList();
    }

    private static OptionalInt lineThatIsNotUtf8(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        // a new decoder stops at malformed bytes instead of replacing them
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, CharBuffer.allocate(bytes.length), true);
        if (!result.isError()) {
            return OptionalInt.empty();
        }
        int line = 1;
        for (int i = 0; i < in.position(); i++) {
            if (bytes[i] == '\n') {
                line++;
            }
        }
        return OptionalInt.of(line);
    }

    private static String value(String text, String where) {
        String value = text.strip();
        return value.startsWith("\"") || value.startsWith("'")
                ? unquoted(value, where)
                : COMMENT.matcher(text).replaceFirst("").strip();
    }

    /** A backslash escapes the quote and itself, nothing else: values may be Windows paths. */
    private static String unquoted(String value, String where) {
        char quote = value.charAt(0);
        StringBuilder unquoted = new StringBuilder();
        for (int i = 1; i < value.length(); i++) {
            char c = value.charAt(i);
            char next = i + 1 < value.length() ? value.charAt(i + 1) : ' ';
            if (c == '\\' && (next == quote || next == '\\')) {
                unquoted.append(next);
                i++;
            } else if (c == quote) {
                String rest = value.substring(i + 1).strip();
                if (!rest.isEmpty() && !rest.startsWith("#")) {
                    throw new ConfigurationException(where + " has text after the closing " + quote
                            + "; quote the whole value, and write a " + quote + " in it as \\" + quote);
                }
                return unquoted.toString();
            } else {
                unquoted.append(c);
            }
        }
        throw new ConfigurationException(where + " has no closing " + quote
                + "; close it on the same line, or put a value that begins with " + quote + " in the other quotes");
    }
}
