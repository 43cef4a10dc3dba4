#!/usr/bin/perl
# A VideoCloud webhook receiver with nothing but Perl's core modules (5.14 or newer), on a pool of processes.
#
#     VIDEOCLOUD_WEBHOOK_SECRET=... perl receiver.pl 8000 handled.log
#
# Each handled event is a line "KEY EVENT" in the log; KEY is the SHA-256 of the raw body.
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256 sha256_hex);
use Fcntl qw(:flock);
use File::Temp qw(tempdir);
use IO::Socket::INET;
use JSON::PP;

my $secret = $ENV{VIDEOCLOUD_WEBHOOK_SECRET} // '';
die "Set VIDEOCLOUD_WEBHOOK_SECRET.\n" if $secret !~ /\S/;
my ($port, $log) = @ARGV;
my $max_body = 1024 * 1024;
my $parent   = $$;

# What was handled, as files: creating one is atomic across processes. A table with a unique key does as well.
my $claims = tempdir(CLEANUP => 0);
END { if ($$ == $parent && $claims) { unlink glob "$claims/*"; rmdir $claims } }

$SIG{PIPE} = 'IGNORE';
my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $port, Listen => 128, ReuseAddr => 1) or die "Cannot listen: $!\n";
$| = 1;

# Workers that share the listening socket: a process for each connection would cost more than the whole request.
my @workers;
for (1 .. 64) {
    my $child = fork // die "Cannot fork: $!\n";
    if ($child) { push @workers, $child; next }
    $SIG{TERM} = $SIG{INT} = 'DEFAULT';
    $SIG{ALRM} = sub { die "slow\n" };
    while (1) {
        my $client = $server->accept or next;
        binmode $client;
        $client->autoflush(1);
        alarm 30;
        eval { 1 while serve($client) };
        alarm 0;
        close $client;
    }
}
$SIG{TERM} = $SIG{INT} = sub { kill TERM => @workers; exit 0 };
print 'http://127.0.0.1:', $server->sockport, "/webhooks\n";
1 while wait != -1;

# One request. True when the connection may carry another.
sub serve {
    my ($client) = @_;
    my $line = read_line($client) // return 0;
    my ($method, $version) = $line =~ m{^([A-Z]+) \S+ HTTP/(1\.[01])\r\n\z} or return answer($client, '', 400, 0);
    my %headers;
    my $size = 0;
    while (1) {
        my $field = read_line($client) // return 0;
        last if $field eq "\r\n";
        return answer($client, $method, 431, 0) if ($size += length $field) > 32_768;
        my ($name, $value) = $field =~ /^([!#\$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*\r\n\z/s or return answer($client, $method, 400, 0);
        push @{ $headers{ lc $name } }, $value;
    }
    my $keep = $version eq '1.1' && lc($headers{connection}[0] // '') ne 'close';

    # Refusals that leave the body unread close the connection.
    return answer($client, $method, 405, 0) if $method ne 'POST';
    return answer($client, $method, 415, 0) if lc($headers{'content-encoding'}[0] // 'identity') ne 'identity';
    print {$client} "HTTP/1.1 100 Continue\r\n\r\n" if lc($headers{expect}[0] // '') eq '100-continue';
    my ($status, $body) = read_body($client, \%headers);
    return answer($client, $method, $status, 0) if $status;
    return answer($client, $method, verified($body, $headers{'x-videocloud-signature'}) ? take($body) : 401, $keep);
}

sub verified {
    my ($body, $signatures) = @_;
    return 0 if !$signatures || @$signatures != 1;    # two headers: which one would count?
    return 0 if $signatures->[0] !~ /\A[0-9a-fA-F]{64}\z/;
    my $given    = pack 'H*', $signatures->[0];
    my $expected = hmac_sha256($body, $secret);
    my $different = 0;                                # constant time: every byte is looked at
    $different |= ord(substr $given, $_, 1) ^ ord(substr $expected, $_, 1) for 0 .. 31;
    return $different == 0;
}

# The status for a verified body.
sub take {
    my ($body) = @_;
    my $event = event_name($body) // return 200;      # signed, no event: a refusal would be retried six times
    my $key = sha256_hex($body);
    return 200 if -e "$claims/$key.done";
    return 409 if !mkdir "$claims/$key.busy";         # another copy is being handled
    my $done = -e "$claims/$key.done" || eval { handle($key, $event); open my $mark, '>', "$claims/$key.done" or die $!; 1 };
    rmdir "$claims/$key.busy";
    return $done ? 200 : 500;
}

# Your work goes here. What dies is answered 500, and VideoCloud sends the event again.
sub handle {
    my ($key, $event) = @_;
    open my $out, '>>', $log or die $!;
    flock $out, LOCK_EX or die $!;
    print {$out} $key, ' ', JSON::PP->new->ascii->allow_nonref->encode($event), "\n" or die $!;
    close $out or die $!;
}

sub event_name {
    my ($body) = @_;
    $body =~ s/\A\xef\xbb\xbf//;
    my $value = eval { JSON::PP->new->utf8->max_depth(512)->decode($body) };
    if (!defined $value && $body =~ /\A\s*\{.*?"event"\s*:\s*"([\w.]+)"/s) { return $1 }    # JSON::PP refuses lone surrogates
    return ref $value eq 'HASH' && defined $value->{event} && !ref $value->{event} ? $value->{event} : undef;
}

# (status) when refused, (0, body) otherwise.
sub read_body {
    my ($client, $headers) = @_;
    if (lc($headers->{'transfer-encoding'}[0] // '') eq 'chunked') {
        my $body = '';
        while (1) {
            my ($hex) = (read_line($client) // '') =~ /^([0-9a-fA-F]{1,8})[ \t]*(?:;.*)?\r\n\z/ or return 400;
            my $length = hex $hex;
            last if $length == 0;
            return 413 if length($body) + $length > $max_body;
            my $chunk = read_exactly($client, $length + 2) // return 400;
            $chunk =~ s/\r\n\z// or return 400;
            $body .= $chunk;
        }
        while (defined(my $trailer = read_line($client))) { last if $trailer eq "\r\n" }
        return (0, $body);
    }
    my $lengths = $headers->{'content-length'} // [];
    return 411 if @$lengths != 1 || $lengths->[0] !~ /\A[0-9]{1,12}\z/;
    return 413 if $lengths->[0] > $max_body;
    my $body = read_exactly($client, $lengths->[0]) // return 400;
    return (0, $body);
}

sub read_line {
    my ($client) = @_;
    local $/ = "\n";
    my $line = <$client>;
    return defined $line && $line =~ /\n\z/ && length $line <= 65_536 ? $line : undef;
}

sub read_exactly {
    my ($client, $length) = @_;
    my $bytes = '';
    while (length $bytes < $length) {
        my $got = read $client, $bytes, $length - length $bytes, length $bytes;
        return undef if !$got;
    }
    return $bytes;
}

sub answer {
    my ($client, $method, $status, $keep) = @_;
    my %reason = (200 => 'OK', 401 => 'Unauthorized', 405 => 'Method Not Allowed', 409 => 'Conflict', 500 => 'Internal Server Error');
    my $body = $method eq 'HEAD' ? '' : "$status\n";
    my $more = $status == 405 ? "Allow: POST\r\n" : '';
    print {$client} "HTTP/1.1 $status ", $reason{$status} // 'Refused', "\r\nContent-Type: text/plain\r\nContent-Length: ", length "$status\n",
        "\r\n$more", $keep ? '' : "Connection: close\r\n", "\r\n", $body;
    if (!$keep) {    # closing on unread bytes would reset the connection and lose the answer
        shutdown $client, 1;
        my $read = 0;
        while ($read < 16_000_000 && sysread $client, my $rest, 65_536) { $read += length $rest }
    }
    return $keep;
}
