/**
 * The tests that hold the house: who may require whom, how large a file may grow, what the launcher promises. A rule is
 * a function over sources, classes or module descriptors, and is trusted because a test sees it find a seeded fault.
 */
@NullMarked
package dev.ring3.it.house;

import org.jspecify.annotations.NullMarked;
