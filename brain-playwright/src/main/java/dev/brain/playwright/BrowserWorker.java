package dev.brain.playwright;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.TimeoutError;
import dev.brain.error.UnavailableException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread with a Playwright driver and a browser of its own. Playwright's objects belong to the thread that created
 * them. Its calls have no deadline if the driver hangs, so whoever waits for the worker ends its processes, which makes
 * the call fail.
 */
final class BrowserWorker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PlaywrightClaimStrategy.class);
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private final ExecutorService thread;
    private final @Nullable Path executable;
    private final Supplier<ServerAccess> accessAtStart;
    private final BrowserProcesses processes = new BrowserProcesses();
    private ServerAccess access = ServerAccess.PLAIN;
    private @Nullable Playwright playwright;
    private @Nullable Browser browser;
    private @Nullable BrowserContext context;
    private @Nullable Page page;
    private int generation = -1;
    private int claims;
    private long contextSince;
    private volatile boolean dead;
    private volatile boolean gone;

    BrowserWorker(@Nullable Path executable) {
        this(executable, () -> ServerAccess.PLAIN);
    }

    /** @param accessAtStart supplies the access once, when the browser is started */
    BrowserWorker(@Nullable Path executable, Supplier<ServerAccess> accessAtStart) {
        this.executable = executable;
        this.accessAtStart = accessAtStart;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread fresh = new Thread(task, "brain-web-" + NUMBERS.incrementAndGet());
            fresh.setDaemon(true);
            return fresh;
        });
    }

    /** Work on a worker's thread. */
    interface Work<T> {
        T on(BrowserWorker worker);
    }

    /**
     * Runs work on the worker's thread. Starts driver and browser if they are not running.
     *
     * @throws UnavailableException if it took too long; the worker is dead then
     */
    <T> T run(Work<T> work, Duration limit) {
        Callable<T> call = () -> {
            try {
                start();
                return work.on(this);
            } catch (RuntimeException e) {
                // only this thread can ask the browser
                isBrokenBy(e);
                throw e;
            }
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

    /** Returns the message without Playwright's log, which contains headers. */
    private static String reason(Exception failure) {
        return BrowserError.message(failure.getCause() == null ? failure : failure.getCause());
    }

    /** Returns whether its driver or browser has gone. */
    boolean isBroken() {
        return dead || gone || !processes.areAlive();
    }

    /**
     * Returns whether its driver or browser has gone, which that failure may be the first sign of. Must be called on the
     * worker's thread, because it asks the browser.
     */
    boolean isBrokenBy(RuntimeException failure) {
        if (!isBroken() && !(failure instanceof TimeoutError)) {
            gone = (failure instanceof CertificateRefusedException && access.hasKeys()) || !isAnswering();
        }
        return isBroken();
    }

    private boolean isAnswering() {
        Browser current = browser;
        if (current == null || !current.isConnected()) {
            return false;
        }
        try {
            current.newBrowserCDPSession().detach();
            return true;
        } catch (PlaywrightException e) {
            return false;
        }
    }

    private void start() {
        if (dead) {
            throw new UnavailableException("the browser was ended");
        }
        if (playwright != null) {
            return;
        }
        ServerAccess found = accessAtStart.get();
        access = found;
        Map<String, String> environment = new HashMap<>();
        if (executable != null) {
            environment.put("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        }
        // where it would take standard error for a person to read
        environment.put("DEBUG", "");
        DriverAuthorities.add(environment, found.authority());
        playwright = processes.driver(() -> Playwright.create(new Playwright.CreateOptions().setEnv(environment)));
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
        processes.addBrowsers();
    }

    /** Returns the processes that were started for this worker: the driver, then the browser. */
    List<ProcessHandle> processes() {
        return processes.all();
    }

    Browser browser() {
        if (browser == null) {
            throw new UnavailableException("the browser is not running");
        }
        return browser;
    }

    /** Returns a page with a session: the current one, unless it is too old or belongs to an earlier session. */
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

    /** Opens a page in a new context. */
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
                .forEach(locator ->
                        fresh.addLocatorHandler(Locators.on(fresh, locator).first(), PageScript::dismiss));
        fresh.onCrash(crashed -> gone = true);
        page = fresh;
        return fresh;
    }

    /** Records that the current context has this session. */
    void adopt(int generation) {
        this.generation = generation;
    }

    /** Returns the current page. */
    Page shown() {
        if (page == null) {
            throw new UnavailableException("the browser has no page");
        }
        return page;
    }

    /** Returns the number of the context's session. */
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
    void kill() {
        dead = true;
        processes.kill(GRACE);
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
