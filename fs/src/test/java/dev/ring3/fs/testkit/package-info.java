/** Suites and fakes that other modules' tests use too; a package of its own, because a module's may not be split. */
package dev.ring3.fs.testkit;
