package io.github.cachetronomy.examples.atlas

import kotlinx.serialization.Serializable

/**
 * A [ModuleReport] as the Kotlin program keeps it.
 *
 * The names are those of the record, so the Java program can read what this one wrote, and the other way round.
 */
@Serializable
data class ModuleEntry(
    val module: String,
    val classes: Int,
    val bytes: Long,
    val sha256: String,
    val publicTypes: Int,
    val publicMethods: Int,
)

fun ModuleReport.toEntry() = ModuleEntry(module, classes, bytes, sha256, publicTypes, publicMethods)

fun ModuleEntry.toReport() = ModuleReport(module, classes, bytes, sha256, publicTypes, publicMethods)
