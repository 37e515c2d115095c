package io.github.cachetronomy.core.keys

import io.github.cachetronomy.core.InternalCachetronomyApi
import java.security.MessageDigest
import java.util.Base64

/**
 * How the calls of one function become keys. Immutable and thread-safe.
 */
@InternalCachetronomyApi
public class FunctionKey(
    /** Which function it is; another one must have another name. */
    public val name: String,
    /** The names of its parameters, as far as they are known. */
    private val parameters: List<String> = emptyList(),
    /** The places of arguments that make no difference. */
    ignored: Set<Int> = emptySet(),
    private val typedNumbers: Boolean = false,
) {
    private val shownName: String

    /** Of single arguments that cannot change and are small: what most functions are called with. */
    private val recent = RecentKeys { whole(listOf(it)) }

    /** By position, as far as there is one to ignore. */
    private val ignored = BooleanArray((ignored.maxOrNull() ?: -1) + 1, ignored::contains)

    init {
        require(name.isNotEmpty()) { "a function's name must not be empty" }
        shownName = if (PLAIN.matches(name)) name else ArgumentText.quoted(name, '"')
    }

    /** What all keys of this function begin with, and no others. */
    public val prefix: String = if (shownName.length <= LONGEST_NAME) "$shownName(" else "#${hash(shownName)}("

    /** The key of a call with [arguments]. */
    public fun of(arguments: List<Any?>): String =
        (if (arguments.size == 1) recent(arguments[0]) else null) ?: whole(arguments)

    private fun recent(argument: Any?): String? {
        val isSmall = argument is Int || argument is Long || (argument is String && argument.length <= SHORT_TEXT)
        return if (isSmall) recent.of(argument) else null
    }

    private fun whole(arguments: List<Any?>): String {
        val out = StringBuilder(LIKELY).append(prefix)
        for (at in arguments.indices) {
            if (at < ignored.size && ignored[at]) continue
            if (out.length > prefix.length) out.append(',')
            parameters.getOrNull(at)?.let { out.append(it).append('=') }
            when (val argument = arguments[at]) {
                is Int -> out.append(argument)
                is String -> ArgumentText.quote(argument, '"', out)
                else -> out.append(text(argument, at))
            }
        }
        out.append(')')
        return if (out.length <= LONGEST) out.toString() else "$prefix#${hash(out.toString())})"
    }

    private fun text(
        argument: Any?,
        at: Int,
    ): String {
        try {
            return ArgumentText(typedNumbers).of(argument)
        } catch (unstable: NoStableTextException) {
            val which = parameters.getOrNull(at)?.let { "the argument \"$it\"" } ?: "argument ${at + 1}"
            throw IllegalArgumentException(
                "$which of ${this.name} cannot be part of a key: ${unstable.message}",
                unstable,
            )
        }
    }

    internal companion object {
        /** Longer keys are hashed: they would make the file's index large and slow. */
        const val LONGEST = 250
        private const val LONGEST_NAME = 150
        private const val LIKELY = 64

        private const val SHORT_TEXT = 64

        private val PLAIN = Regex("[\\p{Alnum}_$.:/-]+")

        fun hash(text: String): String {
            val digest = MessageDigest.getInstance("SHA-256").digest(text.encodeToByteArray())
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest)
        }
    }
}
