/** What every SQL database shares: profiles, named parameters, dialects, the SQL source and the SQL-update claim. */
@NullMarked
package dev.brain.jdbc;

import org.jspecify.annotations.NullMarked;
