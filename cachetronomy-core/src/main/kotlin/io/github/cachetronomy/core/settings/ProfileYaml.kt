package io.github.cachetronomy.core.settings

import com.charleskorn.kaml.EmptyYamlDocumentException
import com.charleskorn.kaml.Yaml
import com.charleskorn.kaml.YamlException
import com.charleskorn.kaml.YamlList
import com.charleskorn.kaml.YamlMap
import com.charleskorn.kaml.YamlNode
import com.charleskorn.kaml.YamlNull
import com.charleskorn.kaml.YamlScalar
import io.github.cachetronomy.core.FreeMemoryTarget
import io.github.cachetronomy.core.Profile
import io.github.cachetronomy.core.text.quoted
import org.slf4j.LoggerFactory
import java.time.Duration

/** The profiles in a YAML [text], which stands in the file called [source]. */
internal class ProfileYaml(
    private val source: String,
    private val text: String,
) {
    private val lines = text.lines()

    fun profiles(): Map<String, Profile> {
        val root = parsed() ?: return emptyMap()
        if (root is YamlNull) return emptyMap()
        if (root !is YamlMap) throw refusal(root, null, "profiles are a mapping of names to fields")
        return root.entries.entries.associate { (key, body) ->
            val name = text(key) ?: throw refusal(key, key.content, "a profile's name is a text; put it in quotes")
            name to profile(name, key, body)
        }
    }

    private fun parsed(): YamlNode? =
        try {
            Yaml.default.parseToYamlNode(text)
        } catch (_: EmptyYamlDocumentException) {
            null
        } catch (failure: YamlException) {
            throw SettingsException(source, failure.line, null, failure.message, failure)
        } catch (failure: StackOverflowError) {
            throw SettingsException(source, null, null, "it is nested too deeply", failure)
        }

    private fun profile(
        name: String,
        key: YamlScalar,
        body: YamlNode,
    ): Profile {
        if (body !is YamlMap) throw refusal(key, name, "a profile is a mapping of fields")
        val builder = checked(key, name) { Profile.Builder(name).maxItemsInMemory(PYTHON_MAX_ITEMS) }
        for ((field, value) in body.entries) set(builder, field, value, "$name.${field.content}")
        return builder.build()
    }

    private fun set(
        builder: Profile.Builder,
        field: YamlScalar,
        value: YamlNode,
        path: String,
    ) {
        checked(field, path) {
            when (field.content) {
                "time_to_live" -> builder.timeToLive(seconds(value))
                "ttl_cleanup_interval" -> builder.cleanupInterval(seconds(value))
                "memory_based_eviction" -> builder.memoryBasedEviction(truth(value))
                "free_memory_target" -> builder.freeMemoryTarget(FreeMemoryTarget.ofStored(number(value)))
                "memory_cleanup_interval" -> builder.memoryCleanupInterval(seconds(value))
                "max_items_in_memory" -> builder.maxItemsInMemory(count(value))
                "tags" -> builder.tags(tags(value))
                "name" -> throw IllegalArgumentException("the name of a profile is the key it stands under")
                else -> log.warn("{}, line {}, {}: unknown field, ignored", source, field.location.line, path)
            }
        }
    }

    private fun seconds(node: YamlNode): Duration = Duration.ofSeconds(whole(node))

    private fun count(node: YamlNode): Int {
        val count = whole(node)
        require(count <= Int.MAX_VALUE) { "at most ${Int.MAX_VALUE}, not $count" }
        return count.toInt()
    }

    private fun whole(node: YamlNode): Long {
        val written = scalar(node)
        val match = WHOLE.matchEntire(written)
        return requireNotNull(match) { "a whole number is wanted, not ${quoted(written)}" }
            .groupValues[1]
            .replace("_", "")
            .toLong()
    }

    private fun number(node: YamlNode): Double {
        val written = scalar(node)
        require(NUMBER.matches(written)) { "a number is wanted, not ${quoted(written)}" }
        return written.replace("_", "").toDouble()
    }

    private fun truth(node: YamlNode): Boolean =
        when (val written = scalar(node).lowercase()) {
            in TRUE -> true
            in FALSE -> false
            else -> throw IllegalArgumentException("true or false is wanted, not ${quoted(written)}")
        }

    private fun tags(node: YamlNode): List<String> {
        require(node is YamlList) { "a list of texts is wanted" }
        return node.items.map { tag ->
            requireNotNull(text(tag)) { "a tag is a text; put the one on line ${tag.location.line} in quotes" }
        }
    }

    private fun scalar(node: YamlNode): String {
        require(node is YamlScalar) { if (node is YamlNull) "a value is wanted" else "a single value is wanted" }
        return node.content.trim()
    }

    /** What [node] says if that is a text to YAML 1.1, which Python reads, and no number, truth value or date. */
    private fun text(node: YamlNode): String? {
        if (node !is YamlScalar) return null
        val line = lines.getOrElse(node.location.line - 1) { "" }
        val written = line.substring(line.offsetByCodePoints(0, node.location.column - 1))
        val plain = written.isEmpty() || written[0] !in "\"'|>"
        return node.content.takeUnless { plain && NO_TEXT.matches(it) }
    }

    /** Runs [block]; what it refuses is refused with its place. */
    private fun <T> checked(
        place: YamlNode,
        field: String,
        block: () -> T,
    ): T =
        try {
            block()
        } catch (refused: IllegalArgumentException) {
            throw refusal(place, field, refused.message.orEmpty())
        }

    private fun refusal(
        place: YamlNode,
        field: String?,
        problem: String,
    ) = SettingsException(source, place.location.line, field?.let(::shown), problem)

    private fun shown(field: String): String = quoted(field).removeSurrounding("\"")

    private companion object {
        /** What Python gives a profile that does not say; ours are larger. */
        const val PYTHON_MAX_ITEMS = 100

        /** No zeros in front: to YAML 1.1 those make an octal number. */
        val WHOLE = Regex("([-+]?(?:0|[1-9](?:_?[0-9]){0,17}))(?:\\.0*)?")
        val NUMBER =
            Regex("[-+]?(?:(?:0|[1-9](?:_?[0-9]){0,17})(?:\\.[0-9]{0,30})?|\\.[0-9]{1,30})(?:[eE][-+]?[0-9]{1,3})?")
        val TRUE = setOf("true", "t", "yes", "y", "on", "1")
        val FALSE = setOf("false", "f", "no", "n", "off", "0")

        /** What is no text to YAML 1.1 where it stands without quotes. */
        val NO_TEXT =
            listOf(
                "true|True|TRUE|false|False|FALSE|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF",
                "~|null|Null|NULL|",
                "[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*)",
                "[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\\.[0-9_]*)?",
                "[-+]?[0-9][0-9_]*\\.[0-9_]*(?:[eE][-+][0-9]+)?",
                "\\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?",
                "[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN)",
                "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \\t].*)?",
            ).joinToString("|").toRegex()

        val log = LoggerFactory.getLogger("io.github.cachetronomy")!!
    }
}
