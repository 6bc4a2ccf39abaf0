# A Perl program with SOAP::Lite: makes the call that each line of standard input asks for, and says in a line how it went.
use strict;
use warnings;
use JSON::PP;
use SOAP::Lite;

my ($address, $namespace) = @ARGV;
my $client = $namespace
    ? SOAP::Lite->new(uri => $namespace, proxy => $address)
    : SOAP::Lite->service($address)->want_som(1);

# For a type of the WSDL's own it looks for a method of this name, and without one would send nil.
sub SOAP::Serializer::as_ArrayOfString {
    my ($self, $value, $name, $type, $attributes) = @_;
    return [$name, $attributes, $value];
}

# By the WSDL it takes the parameters by their places, and else each with its name.
sub argument {
    my ($name, $value) = @_;
    return $value unless $namespace;
    # Left to itself, it sends a text beyond ASCII as base64.
    return ref $value ? SOAP::Data->name($name => $value) : SOAP::Data->type(string => $value)->name($name);
}

$| = 1;
while (my $line = <STDIN>) {
    my ($operation, @parameters) = @{ decode_json($line) };
    my $reply = $client->$operation(map { argument(@$_) } @parameters);
    print encode_json($reply->fault ? [$reply->faultcode] : [map { ref $_ ? @$_ : $_ } $reply->paramsall]), "\n";
}
