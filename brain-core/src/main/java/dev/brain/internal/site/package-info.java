/** The fields, files and settings of sites, and their patterns and templates. */
@NullMarked
package dev.brain.internal.site;

import org.jspecify.annotations.NullMarked;
