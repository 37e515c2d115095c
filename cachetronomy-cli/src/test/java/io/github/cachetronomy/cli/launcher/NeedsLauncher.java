package io.github.cachetronomy.cli.launcher;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Tests that start the script, and run when there is one. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("fast")
@EnabledIfSystemProperty(
    named = "cachetronomy.launcher",
    matches = ".+",
    disabledReason = "the script is there once the module is packaged")
@interface NeedsLauncher {}
