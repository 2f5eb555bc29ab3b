package dev.brain.launcher;

import dev.brain.check.Finding;
import dev.brain.error.ConfigurationException;
import dev.brain.internal.ReachableFiles;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The jars in the folders {@code plugins} of the launcher's image and of BRAIN_HOME. */
final class Plugins {
    private final Plugin own = Plugin.own();
    private final List<Plugin> plugins;

    private Plugins(Collection<Path> jars) {
        plugins = jars.stream().map(Plugin::read).toList();
        reportDuplicates();
    }

    /** Reads all jars in alphabetical order; a jar in BRAIN_HOME replaces the image's of the same file name. */
    static Plugins of(Path home) {
        Map<String, Path> jars = new TreeMap<>();
        image().ifPresent(image -> jars(image).forEach(jar -> jars.put(String.valueOf(jar.getFileName()), jar)));
        jars(home).forEach(jar -> jars.put(String.valueOf(jar.getFileName()), jar));
        return new Plugins(jars.values());
    }

    /** Returns the parent folder of the launcher's {@code lib}; empty if it doesn't run from its jar. */
    private static Optional<Path> image() {
        CodeSource source = Plugins.class.getProtectionDomain().getCodeSource();
        try {
            Path place =
                    source == null ? Path.of("") : Path.of(source.getLocation().toURI());
            return Files.isRegularFile(place)
                    ? Optional.ofNullable(place.resolve("../..").normalize())
                    : Optional.empty();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the launcher's own location is not a path", e);
        }
    }

    private static List<Path> jars(Path home) {
        Path folder = home.resolve("plugins");
        if (!ReachableFiles.exists(folder) || !Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar")).toList();
        } catch (IOException e) {
            throw new ConfigurationException("cannot read the plug-in folder " + folder + " (" + e + ")", e);
        }
    }

    /** Reports names that two of them provide. A site that uses such a name gets an error. */
    private void reportDuplicates() {
        Map<String, String> places = new HashMap<>();
        for (Plugin plugin : all()) {
            plugin.provides().forEach((kind, names) -> {
                for (String name : kind.equals(Plugin.SITE) ? Set.<String>of() : names) {
                    String place = places.putIfAbsent(kind + " '" + name + "'", plugin.name());
                    if (place != null) {
                        plugin.problems()
                                .add("its " + kind + " '" + name + "' is in " + place + " too, and neither is used");
                    }
                }
            });
        }
    }

    private List<Plugin> all() {
        List<Plugin> all = new ArrayList<>(List.of(own));
        all.addAll(plugins);
        return all;
    }

    /** Returns the launcher's own loader and one for each readable jar; they stay open until the process ends. */
    List<ClassLoader> loaders() {
        return all().stream().map(Plugin::loader).filter(Objects::nonNull).toList();
    }

    /** Logs what is broken. */
    Plugins warned() {
        Logger log = LoggerFactory.getLogger(Plugins.class);
        for (Plugin plugin : plugins) {
            if (!plugin.problems().isEmpty()) {
                log.warn("plug-in {}: {}", plugin.name(), plugin.problem());
            }
        }
        return this;
    }

    /** Returns all names of a kind, including the launcher's own. */
    SortedSet<String> names(String kind) {
        SortedSet<String> names = new TreeSet<>();
        all().forEach(plugin -> names.addAll(plugin.provides().getOrDefault(kind, new TreeSet<>())));
        return names;
    }

    /** Returns what each jar provides and what is broken in it, by its file name. */
    Map<String, List<Finding>> findings() {
        Map<String, List<Finding>> findings = new LinkedHashMap<>();
        plugins.forEach(plugin -> findings.put(plugin.name(), plugin.findings()));
        return findings;
    }
}
