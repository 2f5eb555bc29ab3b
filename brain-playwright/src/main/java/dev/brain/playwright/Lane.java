package dev.brain.playwright;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.PlaywrightException;
import dev.brain.error.UnavailableException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread with a Playwright driver and a browser of its own. Playwright's objects belong to the thread that made them,
 * and its calls have no deadline of their own when the driver hangs: whoever waits for the lane ends its processes then,
 * which makes the call fail.
 */
final class Lane implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PlaywrightClaimStrategy.class);
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final Pattern GONE = Pattern.compile(
            "pipe closed|connection closed|has been closed|[Tt]arget closed|crashed|Stream Closed|Broken pipe|process exited");
    /** A driver is known by being a new child of this process, so two must not be started at once. */
    private static final Object STARTING = new Object();

    private final ExecutorService thread;
    private final @Nullable Path executable;
    private final Supplier<Access> way;
    private final Set<ProcessHandle> processes = new LinkedHashSet<>();
    private Access access = Access.PLAIN;
    private @Nullable Playwright playwright;
    private @Nullable Browser browser;
    private @Nullable BrowserContext context;
    private @Nullable Page page;
    private int generation = -1;
    private int claims;
    private long contextSince;
    private volatile boolean dead;
    private volatile boolean gone;

    Lane(@Nullable Path executable) {
        this(executable, () -> Access.PLAIN);
    }

    /** @param way supplies the access once, when the browser is started */
    Lane(@Nullable Path executable, Supplier<Access> way) {
        this.executable = executable;
        this.way = way;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread fresh = new Thread(task, "brain-web-" + NUMBERS.incrementAndGet());
            fresh.setDaemon(true);
            return fresh;
        });
    }

    /** Work on a lane's thread. */
    interface Work<T> {
        T on(Lane lane);
    }

    /**
     * Does work on the lane's thread; starts driver and browser if need be.
     *
     * @throws UnavailableException if it took too long; the lane is dead then
     */
    <T> T run(Work<T> work, Duration limit) {
        Callable<T> call = () -> {
            start();
            return work.on(this);
        };
        Future<T> future = thread.submit(call);
        try {
            return future.get(
                    limit.plus(playwright == null ? START : Duration.ZERO).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn("a browser didn't answer for {} s; it is ended", limit.toSeconds());
            kill();
            await(future);
            throw new UnavailableException(
                    "the browser didn't answer for " + limit.toSeconds() + " s and was ended", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new UnavailableException(String.valueOf(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            kill();
            throw new UnavailableException("interrupted while a browser worked", e);
        }
    }

    private static void await(Future<?> future) {
        try {
            future.get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.debug("a call into an ended browser: {}", reason(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Without Playwright's log, which has headers. */
    private static String reason(Exception failure) {
        return BrowserError.message(failure.getCause() == null ? failure : failure.getCause());
    }

    boolean isDead() {
        return dead;
    }

    /** Whether its driver or browser has gone. */
    boolean isBroken() {
        Browser current = browser;
        synchronized (processes) {
            return dead
                    || gone
                    || processes.stream().anyMatch(process -> !process.isAlive())
                    || (current != null && !current.isConnected());
        }
    }

    /** Whether it has gone, of which that exception may be the first to tell: a process is seen to be dead only later. */
    boolean isBrokenBy(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PlaywrightException
                    && (GONE.matcher(String.valueOf(cause.getMessage())).find() || access.isOutdatedBy(cause))) {
                gone = true;
            }
        }
        return isBroken();
    }

    private void start() {
        if (dead) {
            throw new UnavailableException("the browser was ended");
        }
        if (playwright != null) {
            return;
        }
        Access found = way.get();
        access = found;
        Map<String, String> environment = new HashMap<>();
        if (executable != null) {
            environment.put("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        }
        // where it would take standard error for a person to read
        environment.put("DEBUG", "");
        DriverAuthorities.add(environment, found.authority());
        synchronized (STARTING) {
            Set<ProcessHandle> before = children();
            try {
                playwright = Playwright.create(new Playwright.CreateOptions().setEnv(environment));
            } finally {
                Set<ProcessHandle> fresh = children();
                fresh.removeAll(before);
                fresh.stream().filter(Lane::isDriver).forEach(this::track);
            }
        }
        BrowserType.LaunchOptions options = new BrowserType.LaunchOptions()
                .setHeadless(true)
                .setHandleSIGINT(false)
                .setHandleSIGTERM(false)
                .setHandleSIGHUP(false)
                .setTimeout((double) START.toMillis())
                .setArgs(Browsers.arguments(found));
        if (executable != null) {
            options.setExecutablePath(executable);
        }
        browser = playwright.chromium().launch(options);
        synchronized (processes) {
            List.copyOf(processes).forEach(driver -> driver.children().forEach(processes::add));
        }
    }

    private static Set<ProcessHandle> children() {
        return new LinkedHashSet<>(ProcessHandle.current().children().toList());
    }

    /** Others may start processes at the same time: a driver is Playwright's Node, where its command can be seen. */
    private static boolean isDriver(ProcessHandle process) {
        return process.info()
                .commandLine()
                .map(line -> line.contains("run-driver"))
                .orElse(true);
    }

    private void track(ProcessHandle process) {
        synchronized (processes) {
            processes.add(process);
        }
    }

    /** The processes that were started for this lane: the driver, then the browser. */
    List<ProcessHandle> processes() {
        synchronized (processes) {
            return List.copyOf(processes);
        }
    }

    Browser browser() {
        if (browser == null) {
            throw new UnavailableException("the browser isn't there");
        }
        return browser;
    }

    /** A page of a context that has that session: the one there is, unless it is too old or of an earlier session. */
    Page page(SessionState session, PageSettings settings) {
        boolean worn = claims >= settings.limits().recycleClaims()
                || System.nanoTime() - contextSince
                        > settings.limits().recycleAge().toNanos();
        if (page == null || page.isClosed() || generation != session.generation() || worn) {
            fresh(session, settings);
        }
        claims++;
        Page current = page;
        if (current == null) {
            throw new UnavailableException("the browser has no page");
        }
        return current;
    }

    /** A page of a new context. */
    Page fresh(SessionState session, PageSettings settings) {
        if (context != null) {
            context.close();
        }
        BrowserContext made = browser().newContext(access.context(session));
        session.tab().ifPresent(made::addInitScript);
        made.setDefaultTimeout((double) settings.limits().page().toMillis());
        made.addInitScript(PageScript.first());
        context = made;
        generation = session.generation();
        claims = 0;
        contextSince = System.nanoTime();
        Page fresh = made.newPage();
        settings.dismiss()
                .forEach(
                        place -> fresh.addLocatorHandler(Finder.on(fresh, place).first(), PageScript::dismiss));
        page = fresh;
        return fresh;
    }

    /** The context's session is this one now, without a new context. */
    void adopt(int generation) {
        this.generation = generation;
    }

    /** The page as it is, for looking at. */
    Page shown() {
        if (page == null) {
            throw new UnavailableException("the browser has no page");
        }
        return page;
    }

    /** Which session its context has. */
    int generation() {
        return generation;
    }

    BrowserContext context() {
        if (context == null) {
            throw new UnavailableException("the browser has no session");
        }
        return context;
    }

    /** Ends driver and browser with all their children, from any thread. */
    @SuppressWarnings("FutureReturnValueIgnored") // what counts is that they have gone, which the latch tells
    void kill() {
        dead = true;
        List<ProcessHandle> all = new ArrayList<>();
        for (ProcessHandle process : processes()) {
            all.addAll(process.descendants().toList());
            all.add(process);
        }
        all.forEach(ProcessHandle::destroyForcibly);
        CountDownLatch gone = new CountDownLatch(all.size());
        all.forEach(process -> process.onExit().whenComplete((ended, failure) -> gone.countDown()));
        try {
            if (!gone.await(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("a browser process can't be ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread.shutdown();
    }

    /** Closes the browser in good order, or ends it if that takes too long. */
    @Override
    public void close() {
        if (!dead && playwright != null) {
            Future<?> closing = thread.submit(this::closeAll);
            try {
                closing.get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException | ExecutionException e) {
                LOG.debug("a browser didn't close: {}", reason(e));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        kill();
    }

    private void closeAll() {
        try {
            if (context != null) {
                context.close();
            }
            if (browser != null) {
                browser.close();
            }
        } catch (PlaywrightException e) {
            LOG.debug("a browser was gone already: {}", BrowserError.message(e));
        }
        if (playwright != null) {
            playwright.close();
        }
    }
}
