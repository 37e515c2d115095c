package io.github.cachetronomy.examples.atlas;

/**
 * What the atlas knows about one module of the JDK.
 *
 * @param classes number of class files, module-info included
 * @param bytes size of those files together
 * @param sha256 hexadecimal digest of their contents, in the order of their paths
 * @param publicTypes types that every other module can use, see {@link PublicApi}
 * @param publicMethods public methods that those types declare
 */
public record ModuleReport(
    String module, int classes, long bytes, String sha256, int publicTypes, int publicMethods) {}
