package dev.brain.examples.launcher;

import dev.brain.error.ConfigurationException;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The jars in the folder {@code plugins}, and where their classes come from. */
final class Plugins {
    private Plugins() {}

    /** In alphabetical order; none if there is no such folder. */
    static List<Path> jars(Path home) {
        Path folder = home.resolve("plugins");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new ConfigurationException("cannot read the plug-in folder " + folder + " (" + e + ")", e);
        }
    }

    /** The launcher's own loader and one for each jar; they stay open as long as the process runs. */
    static List<ClassLoader> loaders(Path home) {
        ClassLoader own = Plugins.class.getClassLoader();
        List<ClassLoader> loaders = new ArrayList<>(List.of(own));
        for (Path jar : jars(home)) {
            try {
                loaders.add(new URLClassLoader(new URL[] {jar.toUri().toURL()}, own));
            } catch (MalformedURLException e) {
                throw new ConfigurationException("cannot load the plug-in " + jar + " (" + e.getMessage() + ")", e);
            }
        }
        return loaders;
    }
}
