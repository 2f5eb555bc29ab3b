package dev.brain.launcher;

import dev.brain.check.Finding;
import dev.brain.claim.ClaimStrategy;
import dev.brain.cycle.BrainListener;
import dev.brain.error.ConfigurationException;
import dev.brain.internal.plugin.Providers;
import dev.brain.internal.site.SiteFile;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Profile;
import dev.brain.payload.PayloadBuilder;
import dev.brain.plugin.Provider;
import dev.brain.queue.Store;
import dev.brain.resource.ResourceSource;
import dev.brain.site.Site;
import dev.brain.work.TaskHandler;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;

/**
 * A jar with providers and data files. The launcher itself is one, too.
 *
 * @param name the jar's file name
 * @param loader where its classes come from; null if it can't be read at all
 * @param provides names by kind: providers, profiles, page files, sites
 * @param problems what is broken in it; the rest of it still works
 */
record Plugin(
        String name, @Nullable ClassLoader loader, Map<String, SortedSet<String>> provides, List<String> problems) {
    static final String SOURCE = "source";
    static final String CLAIM = "claim strategy";
    static final String PAYLOAD = "payload builder";
    static final String HANDLER = "handler";
    static final String SITE = "site";

    private static final String DATA_FOLDER = "META-INF/brain";
    private static final String SITES = DATA_FOLDER + "/sites.json";
    private static final Pattern DATA_FILE = Pattern.compile("META-INF/brain/(profile|page)s/([^/]+)\\.json");

    /** A kind of thing that plug-ins provide. */
    private record Kind<P>(String name, Class<P> type, Function<P, String> nameOf) {}

    private static final List<Kind<?>> KINDS = List.of(
            new Kind<>(SOURCE, ResourceSource.Provider.class, Provider::name),
            new Kind<>(CLAIM, ClaimStrategy.Provider.class, Provider::name),
            new Kind<>(PAYLOAD, PayloadBuilder.Provider.class, Provider::name),
            new Kind<>(HANDLER, TaskHandler.Provider.class, Provider::name),
            new Kind<>("listener", BrainListener.Provider.class, Provider::name),
            new Kind<>("queue", Store.Provider.class, Store.Provider::name),
            new Kind<>("database", Database.Provider.class, Database.Provider::name));

    /** Returns what is on the launcher's own class path. */
    static Plugin own() {
        ClassLoader loader = Plugin.class.getClassLoader();
        Plugin plugin = new Plugin("the launcher", loader, new TreeMap<>(), new ArrayList<>());
        KINDS.forEach(kind -> plugin.addProviders(kind, provider -> true));
        try {
            for (String path : dataFiles(loader)) {
                Matcher data = DATA_FILE.matcher(path);
                if (data.matches()) {
                    plugin.add(data.group(1), data.group(2));
                }
            }
            for (URL sites : Collections.list(loader.getResources(SITES))) {
                plugin.addSites(text(sites.openStream()));
            }
        } catch (IOException e) {
            throw new ConfigurationException("cannot read the launcher's own data files: " + e, e);
        }
        return plugin;
    }

    /** Returns the paths of all data files on the class path. */
    private static List<String> dataFiles(ClassLoader loader) throws IOException {
        List<String> paths = new ArrayList<>();
        for (URL folder : Collections.list(loader.getResources(DATA_FOLDER))) {
            if (folder.openConnection() instanceof JarURLConnection connection) {
                // The JVM's own view of the jar, which stays open.
                connection.getJarFile().stream().map(ZipEntry::getName).forEach(paths::add);
            } else {
                Path root = Path.of(URI.create(folder.toString()));
                try (Stream<Path> files = Files.walk(root)) {
                    files.map(file -> DATA_FOLDER + "/"
                                    + root.relativize(file).toString().replace(File.separatorChar, '/'))
                            .forEach(paths::add);
                }
            }
        }
        return paths;
    }

    /** Reads a jar as far as possible; the rest becomes problems. */
    static Plugin read(Path jar) {
        String name = String.valueOf(jar.getFileName());
        try (JarFile file = new JarFile(jar.toFile())) {
            URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, Plugin.class.getClassLoader());
            Plugin plugin = new Plugin(name, loader, new TreeMap<>(), new ArrayList<>());
            KINDS.forEach(kind ->
                    plugin.addProviders(kind, provider -> provider.getClass().getClassLoader() == loader));
            for (ZipEntry entry : file.stream().toList()) {
                Matcher data = DATA_FILE.matcher(entry.getName());
                if (data.matches()) {
                    plugin.addDataFile(data.group(1), data.group(2), text(file.getInputStream(entry)));
                } else if (entry.getName().equals(SITES)) {
                    plugin.addSites(text(file.getInputStream(entry)));
                }
            }
            return plugin;
        } catch (MalformedURLException e) {
            throw new IllegalStateException(jar + " has no address", e);
        } catch (IOException e) {
            return new Plugin(name, null, Map.of(), List.of("it is not a readable jar (" + e.getMessage() + ")"));
        }
    }

    /**
     * Returns the sites in the site file of a jar.
     *
     * @throws ConfigurationException if it has none, or anything in it is wrong
     */
    static List<Site> sites(Path jar) {
        try (JarFile file = new JarFile(jar.toFile())) {
            ZipEntry entry = file.getEntry(SITES);
            if (entry == null) {
                throw new ConfigurationException("the plug-in " + jar + " has no " + SITES
                        + ": it provides no sites; name a file of sites that use it");
            }
            return SiteFile.parse(text(file.getInputStream(entry)), jar + "!/" + SITES);
        } catch (IOException e) {
            throw new ConfigurationException(
                    "cannot read the plug-in " + jar + " (" + e.getMessage() + "); name a jar or a file of sites", e);
        }
    }

    /** Returns one finding for each kind of thing it provides, and one for all that is broken. */
    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        provides.forEach((kind, names) -> findings.add(Finding.ok(kind, String.join(", ", names))));
        if (!problems.isEmpty()) {
            findings.add(Finding.error("jar", problem()));
        } else if (provides.isEmpty()) {
            findings.add(Finding.warning(
                    "jar", "it provides nothing: neither providers in META-INF/services nor files in META-INF/brain"));
        }
        return findings;
    }

    /** Returns all problems and what to do about them. */
    String problem() {
        return String.join("; ", problems) + "; correct it and build it again, or take it out of plugins/";
    }

    private <P> void addProviders(Kind<P> kind, Predicate<P> isMine) {
        for (P provider :
                Providers.loadable(ServiceLoader.load(kind.type(), loader).iterator(), problems::add)) {
            if (isMine.test(provider)) {
                try {
                    add(kind.name(), kind.nameOf().apply(provider));
                } catch (RuntimeException | LinkageError e) {
                    problems.add(provider.getClass().getName() + " fails to return its name: " + e);
                }
            }
        }
    }

    private void addDataFile(String kind, String name, String text) {
        add(kind, name);
        if (kind.equals("profile")) {
            try {
                Profile.parse(text, "profiles/" + name + ".json");
            } catch (ConfigurationException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
    }

    private void addSites(String text) {
        try {
            SiteFile.parse(text, "sites.json").forEach(site -> add(SITE, site.id()));
        } catch (ConfigurationException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
    }

    private void add(String kind, String name) {
        provides.computeIfAbsent(kind, any -> new TreeSet<>()).add(name);
    }

    private static String text(@Nullable InputStream in) throws IOException {
        if (in == null) {
            throw new IOException("there is no such file");
        }
        try (in) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
