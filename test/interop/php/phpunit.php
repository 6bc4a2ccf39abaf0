<?php
// As much of PHPUnit as the documentation's test needs, so that it runs where PHPUnit is not installed: runs the tests of a file.
namespace PHPUnit\Framework;

abstract class TestCase
{
    public static function assertSame($expected, $actual): void
    {
        if ($expected !== $actual) {
            throw new \Exception('expected ' . var_export($expected, true) . ', actual ' . var_export($actual, true));
        }
    }

    public static function assertStringStartsWith(string $prefix, string $text): void
    {
        self::assertSame($prefix, substr($text, 0, strlen($prefix)));
    }
}

require $argv[1];
foreach (get_declared_classes() as $class) {
    foreach (is_subclass_of($class, TestCase::class) ? get_class_methods($class) : [] as $method) {
        if (str_starts_with($method, 'test')) {
            (new $class())->$method();
            echo "$method passed\n";
        }
    }
}
