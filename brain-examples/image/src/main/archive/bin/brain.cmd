@echo off
rem Runs Brain with the given arguments on Java 17 or newer, a JRE or a JDK: the one that JAVA_HOME names, else the one
rem on the PATH.
setlocal EnableExtensions DisableDelayedExpansion
set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java.exe"
rem bin\brain.cmd of a clone has set the command that people type.
if not defined command_of_brain set "command_of_brain=%~f0"

rem From Java 19 on, Java keeps an archive of its classes, and starts in half the time. Java 17 and 18 would start slower.
set "cds="
if not defined JAVA_HOME goto run
if not exist "%JAVA_HOME%\release" goto run
findstr /r /c:"^JAVA_VERSION=.1[78]" "%JAVA_HOME%\release" >nul 2>nul && goto run
set "classes=%~dp0..\classes"
if not exist "%classes%" mkdir "%classes%" 2>nul
if not exist "%classes%" set "classes=%LOCALAPPDATA%\brain\classes"
if not exist "%classes%" mkdir "%classes%" 2>nul
set cds=-XX:+AutoCreateSharedArchive "-XX:SharedArchiveFile=%classes%\brain.jsa" "-Xlog:cds*=off"

:run
"%java%" %cds% -Dfile.encoding=UTF-8 "-Dbrain.command=%command_of_brain%" -jar "%~dp0..\lib\brain.jar" %*
exit /b %errorlevel%
