package dev.brain.internal.file;

import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Set;

/**
 * The users that may read and write the files and folders that Brain creates, which hold personal data. Existing files
 * and folders keep their permissions. A file system without POSIX permissions applies its own rules.
 */
public enum FileAccess {
    /** The user that Brain runs as: files get mode 0600, folders 0700. */
    OWNER("rw-------", "rwx------"),

    /** That user and the group of the file: files get mode 0660, folders 0770. */
    GROUP("rw-rw----", "rwxrwx---");

    /** The variable that selects the access; defaults to {@code owner}. */
    public static final String VARIABLE = "BRAIN_FILE_ACCESS";

    private static final int SPECIAL_BITS = 07000;
    private static final int GROUP_FOLDER_MODE = 0770;
    private static final int GROUP_FILE_MODE = 0660;

    private final String file;
    private final String folder;

    FileAccess(String file, String folder) {
        this.file = file;
        this.folder = folder;
    }

    /**
     * Returns the access that {@code BRAIN_FILE_ACCESS} selects.
     *
     * @throws ConfigurationException if the value is neither {@code owner} nor {@code group}
     */
    public static FileAccess of(Environment environment) {
        return switch (environment.get(VARIABLE).orElse("owner").toLowerCase(Locale.ROOT)) {
            case "owner" -> OWNER;
            case "group" -> GROUP;
            default ->
                throw new ConfigurationException(
                        "the variable " + VARIABLE
                                + " must be 'owner', for files of this user only, or 'group', to share new ones with the group");
        };
    }

    /** Creates a folder and its parents if they are missing. */
    public Path createFolder(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return path;
        }
        Path parent = path.toAbsolutePath().getParent();
        if (parent != null) {
            createFolder(parent);
        }
        try {
            createNewFolder(path);
        } catch (FileAlreadyExistsException e) {
            // another process may have created it meanwhile
            if (!Files.isDirectory(path)) {
                throw e;
            }
        }
        return path;
    }

    /**
     * Creates a folder whose parent exists.
     *
     * @throws FileAlreadyExistsException if it exists
     */
    public Path createNewFolder(Path path) throws IOException {
        Files.createDirectory(path, attributes(path, folder));
        share(path, GROUP_FOLDER_MODE);
        return path;
    }

    /** Creates an empty file if it is missing; its folder must exist. */
    public Path createFile(Path path) throws IOException {
        if (Files.exists(path)) {
            return path;
        }
        try {
            Files.createFile(path, attributes(path, file));
            share(path, GROUP_FILE_MODE);
        } catch (FileAlreadyExistsException e) {
            // another process may have created it meanwhile
            if (!Files.exists(path)) {
                throw e;
            }
        }
        return path;
    }

    /** Returns whether every user of this machine can read or change a file or folder; false if this is unknown. */
    public static boolean isOpenToEveryone(Path path) throws IOException {
        if (!isPosix(path)) {
            return false;
        }
        Path real = path.toRealPath();
        for (Path parent = real.getParent(); parent != null; parent = parent.getParent()) {
            if (!Files.getPosixFilePermissions(parent).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                return false;
            }
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(real);
        return permissions.contains(PosixFilePermission.OTHERS_READ)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE);
    }

    /** A umask usually removes the group's write permission, and a plain chmod would remove a folder's setgid bit. */
    private void share(Path path, int mode) throws IOException {
        if (this == GROUP && path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            int present = (Integer) Files.getAttribute(path, "unix:mode");
            Files.setAttribute(path, "unix:mode", (present & SPECIAL_BITS) | mode);
        }
    }

    /** Returns the permissions at creation, so that nobody else can read the file even for a moment. */
    private static FileAttribute<?>[] attributes(Path path, String permissions) {
        return isPosix(path)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
