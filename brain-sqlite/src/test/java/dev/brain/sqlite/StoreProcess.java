package dev.brain.sqlite;

import dev.brain.error.BrainException;
import dev.brain.jdbc.Database;
import dev.brain.queue.TaskFilter;
import dev.brain.tck.OrdinaryUser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Opens a store in a process of its own, as an ordinary user, and tells how that ended. */
final class StoreProcess {
    private static final String MARK = "> ";

    private StoreProcess() {}

    /** Ends without a chance for anything that waits for the end of a process. */
    public static void main(String[] arguments) {
        Path file = Path.of(arguments[1]);
        if (arguments[0].equals("source")) {
            connect(file);
        } else {
            list(arguments[0], file);
        }
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    /** Marked, since the log may come in between. */
    private static void tell(@Nullable String text) {
        System.out.println(MARK + String.valueOf(text).replace("\n", "\n" + MARK));
    }

    private static void connect(Path file) {
        try (Database database = SqliteDatabaseProvider.database(file);
                Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeQuery("SELECT * FROM sqlite_schema").close();
            tell("connected");
        } catch (SQLException e) {
            tell(e.getMessage());
        }
    }

    private static void list(String way, Path file) {
        try (SqliteStore store = way.equals("open")
                ? SqliteStore.open(file)
                : SqliteStore.builder(file).snapshot()) {
            tell("tasks " + store.operations().list(TaskFilter.newest(10)).size());
        } catch (BrainException e) {
            tell(e.getMessage());
        }
    }

    static String source(Path file) throws IOException {
        return run(OrdinaryUser.command(java("source", file)));
    }

    static String open(Path file, String... options) throws IOException {
        return run(OrdinaryUser.command(java("open", file, options)));
    }

    static String snapshot(Path file, String... options) throws IOException {
        return run(OrdinaryUser.command(java("snapshot", file, options)));
    }

    static List<String> java(String way, Path file, String... options) {
        List<String> command = JavaProcess.command(StoreProcess.class, options);
        command.addAll(List.of(way, file.toString()));
        return command;
    }

    static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith(MARK))
                .map(line -> line.substring(MARK.length()))
                .collect(Collectors.joining("\n"));
    }
}
