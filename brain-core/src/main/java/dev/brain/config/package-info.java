/** Where settings come from: the environment, a {@code .env} file, a site's own settings. */
@NullMarked
package dev.brain.config;

import org.jspecify.annotations.NullMarked;
