package dev.brain.examples.demo;

import static java.util.Objects.requireNonNull;

import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.history.Actor;
import dev.brain.internal.file.FileAccess;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskStatus;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder with everything that a demo of Brain needs: cases, sites, a queue, and settings that name them. */
public final class DemoWorld implements AutoCloseable {
    private static final String CASES = "cases.db";
    private static final String UNFINISHED = "cases.db.part";
    private static final String QUEUE = "queue.db";
    private static final String SITES = "sites.json";
    private static final String SETTINGS = ".env";
    private static final String RECEIPTS = "receipts.txt";
    private static final List<String> OURS = List.of(CASES, UNFINISHED, QUEUE, SITES, SETTINGS, RECEIPTS);

    private static final String ROBOT = "BOT_MULTIVIA";
    private static final int ARRIVING = 25;

    private final Path folder;
    private final CaseSystem cases;
    private final boolean reused;

    private DemoWorld(Path folder, CaseSystem cases, boolean reused) {
        this.folder = folder;
        this.cases = cases;
        this.reused = reused;
    }

    /**
     * Opens the world of a folder, or creates it. An existing one keeps its seed and its cases.
     *
     * @throws ConfigurationException if the folder holds anything else
     */
    public static DemoWorld open(Path folder, long seed, long cases) {
        try {
            FileAccess.OWNER.createFolder(folder);
            Set<String> names = names(folder);
            Path file = folder.resolve(CASES);
            if (names.contains(CASES)) {
                return new DemoWorld(folder, CaseSystem.open(file), true);
            }
            Set<String> foreign = new HashSet<>(names);
            OURS.forEach(foreign::remove);
            if (!foreign.isEmpty() || names.contains(QUEUE)) {
                throw new ConfigurationException("the folder " + folder + " holds other things ("
                        + names.stream().sorted().limit(3).collect(Collectors.joining(", "))
                        + "); name one with --dir that is empty or doesn't exist");
            }
            Path unfinished = folder.resolve(UNFINISHED);
            Files.deleteIfExists(unfinished);
            Files.write(FileAccess.OWNER.createFile(folder.resolve(SITES)), sites());
            Files.writeString(FileAccess.OWNER.createFile(folder.resolve(SETTINGS)), settings(folder));
            FileAccess.OWNER.createFile(unfinished);
            try (CaseSystem fresh = CaseSystem.create(unfinished, new CaseGenerator(seed), cases)) {
                people(fresh);
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
            return new DemoWorld(folder, CaseSystem.open(file), false);
        } catch (IOException e) {
            throw new BrainException(
                    "cannot make the demo in " + folder + " (" + e + "); name another folder with --dir", e);
        }
    }

    /** Returns whether the world existed before. */
    public boolean isReused() {
        return reused;
    }

    public Path folder() {
        return folder;
    }

    public CaseSystem cases() {
        return cases;
    }

    /** Returns the URL of the system of record, for {@code BRAIN_SOURCE_URL}. */
    public String sourceUrl() {
        return url(folder.resolve(CASES));
    }

    public Path caseFile() {
        return folder.resolve(CASES);
    }

    public Path queueFile() {
        return folder.resolve(QUEUE);
    }

    /** Returns the URL of the queue. */
    public String queueUrl() {
        return url(queueFile());
    }

    public Path siteFile() {
        return folder.resolve(SITES);
    }

    @Override
    public void close() {
        cases.close();
    }

    /** Prepares the first cycle: colleagues will be faster with some cases, and one was assigned to the robot by hand. */
    private static void people(CaseSystem cases) {
        cases.rivalsAwait(cases.claimable(CaseGenerator.FIRST_ID, 1));
        cases.claimable(CaseGenerator.FIRST_ID, 2).stream()
                .skip(1)
                .findFirst()
                .ifPresent(id -> cases.assignByHand(id, ROBOT));
    }

    /**
     * What happens in the office between two cycles: new cases come in, people take some (one of them in the very moment
     * in which the robot does), and somebody puts two of the robot's back, one of them after cancelling its task.
     *
     * @return what happened, for a person
     */
    public String timePasses(TaskQueue queue) {
        long from = cases.lastId() + 1;
        long arriving = Math.max(ARRIVING, cases.count() / 50);
        cases.arrive(arriving);
        int taken = cases.peopleTake(2);
        cases.rivalsAwait(cases.claimable(from, 1).stream().limit(1).toList());
        List<Task> ours =
                queue.operations().list(new TaskFilter(Set.of(), Set.of(TaskStatus.PENDING), null, 1_000)).stream()
                        .filter(task -> task.resourceId() != null)
                        .sorted(Comparator.comparingLong(Task::id))
                        .limit(2)
                        .toList();
        ours.forEach(task ->
                cases.giveBack(Long.parseLong(requireNonNull(task.resourceId()).value())));
        ours.stream().skip(1).forEach(task -> queue.operations().cancel(Actor.ofProcess(), task.id()));
        return "Meanwhile " + arriving + " new cases came in, people took " + taken + " and put " + ours.size()
                + " of the robot's back" + (ours.size() == 2 ? "; the task of one was cancelled." : ".");
    }

    private static Set<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> requireNonNull(file.getFileName()).toString())
                    .collect(Collectors.toCollection(HashSet::new));
        }
    }

    private static byte[] sites() throws IOException {
        try (@Nullable InputStream in = DemoWorld.class.getResourceAsStream("/META-INF/brain/sites.json")) {
            return requireNonNull(in, "sites.json is missing from the jar").readAllBytes();
        }
    }

    private static String settings(Path folder) {
        return """
                # Read by brain when it is started in this folder.
                BRAIN_SOURCE_URL=%s
                SQLITE_DB_PATH=%s
                %s=%s
                """.formatted(
                        url(folder.resolve(CASES)),
                        absolute(folder.resolve(QUEUE)),
                        DemoHandlerProvider.RECEIPTS,
                        absolute(folder.resolve(RECEIPTS)));
    }

    private static String url(Path file) {
        return "jdbc:sqlite:" + absolute(file);
    }

    private static Path absolute(Path file) {
        return file.toAbsolutePath().normalize();
    }
}
