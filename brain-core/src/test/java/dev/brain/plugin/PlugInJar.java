package dev.brain.plugin;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** Writes a plug-in's jar out of classes of these tests, and loads them from it rather than from the class path. */
public final class PlugInJar {
    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private final StringBuilder services = new StringBuilder();

    /** Adds a provider: its class and its line in the services file. */
    public PlugInJar provider(Class<?> provider) {
        return service(provider.getName()).entry(path(provider.getName()), bytes(provider));
    }

    /** Adds a provider whose class was compiled for a Java that isn't out yet. */
    public PlugInJar providerOfTheFuture(Class<?> provider) {
        byte[] bytes = bytes(provider);
        bytes[7] = (byte) 0xFF;
        return service(provider.getName()).entry(path(provider.getName()), bytes);
    }

    /** Adds a line to the services file only. */
    public PlugInJar service(String line) {
        services.append(line).append('\n');
        return this;
    }

    public PlugInJar entry(String path, byte[] content) {
        entries.put(path, content);
        return this;
    }

    public URL write(Path file, Class<?> service) throws IOException {
        entries.put(
                "META-INF/services/" + service.getName(), services.toString().getBytes(StandardCharsets.UTF_8));
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                jar.putNextEntry(new JarEntry(entry.getKey()));
                jar.write(entry.getValue());
                jar.closeEntry();
            }
        }
        return file.toUri().toURL();
    }

    /** A loader that takes a class from its jars if they have it, although the class path has it too. */
    public static URLClassLoader loader(ClassLoader parent, URL... jars) {
        return new URLClassLoader(jars, parent) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                if (findResource(path(name)) == null) {
                    return super.loadClass(name, resolve);
                }
                synchronized (getClassLoadingLock(name)) {
                    Class<?> loaded = findLoadedClass(name);
                    return loaded == null ? findClass(name) : loaded;
                }
            }
        };
    }

    private static String path(String className) {
        return className.replace('.', '/') + ".class";
    }

    private static byte[] bytes(Class<?> type) {
        try (InputStream in = requireNonNull(type.getResourceAsStream("/" + path(type.getName())))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
