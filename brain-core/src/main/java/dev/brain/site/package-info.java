/** Sites: which work is looked for, what a valid reference looks like, and under whose name it is claimed. */
@NullMarked
package dev.brain.site;

import org.jspecify.annotations.NullMarked;
